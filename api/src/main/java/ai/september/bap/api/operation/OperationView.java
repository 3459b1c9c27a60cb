package ai.september.bap.api.operation;

import ai.september.bap.registry.deletion.ProductDeletion;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.Step;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An operation as the API shows it.
 *
 * @param engineId null for the deletion of a product
 * @param userId null for the deletion of a product
 * @param progress of the deletion of a product; others have none
 */
@Schema(name = "Operation")
public record OperationView(
        OperationId operationId,
        @Nullable EngineId engineId,
        @Nullable UserId userId,
        String kind,
        OperationStatus status,
        List<StepView> steps,
        @Nullable ErrorView error,
        Instant createdAt,
        @Nullable Instant finishedAt,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Progress progress) {

    /** The kind of what deletes a product, which no workflow of an engine has. */
    public static final String DELETE_PRODUCT = "delete_product";

    /** How many of a product's engines there were, and how many are gone. */
    @Schema(name = "DeletionProgress")
    public record Progress(int enginesTotal, int enginesDestroyed) {}

    /** One step; times are null until set. */
    @Schema(name = "OperationStep")
    public record StepView(
            String name,
            OperationStatus status,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt) {

        /** The step as it was when it began. */
        StepView asBegun() {
            return new StepView(name, OperationStatus.RUNNING, startedAt, null);
        }

        static StepView of(Step step) {
            return new StepView(step.name().wireName(), step.status(), step.startedAt(), step.finishedAt());
        }
    }

    /** Why an operation failed. */
    @Schema(name = "OperationError")
    public record ErrorView(String code, String message) {}

    /** The view of an operation and its steps. */
    public static OperationView of(Operation operation, List<Step> steps) {
        return new OperationView(
                operation.operationId(),
                operation.engineId(),
                operation.userId(),
                operation.kind().wireName(),
                operation.status(),
                steps.stream().map(StepView::of).toList(),
                error(operation),
                operation.createdAt(),
                operation.finishedAt(),
                null);
    }

    /** The view of a product's deletion. */
    public static OperationView of(ProductDeletion deletion) {
        return new OperationView(
                deletion.operationId(),
                null,
                null,
                DELETE_PRODUCT,
                deletion.status(),
                List.of(
                        new StepView("destroy_engines", deletion.status(), deletion.startedAt(), deletion.finishedAt()),
                        new StepView(DELETE_PRODUCT, lastStep(deletion), deletion.finishedAt(), deletion.finishedAt())),
                null,
                deletion.createdAt(),
                deletion.finishedAt(),
                new Progress(deletion.enginesTotal(), deletion.enginesTotal() - deletion.enginesLeft()));
    }

    /** It is done in the transaction that ends the deletion, so it is never seen under way. */
    private static OperationStatus lastStep(ProductDeletion deletion) {
        return deletion.finishedAt() == null ? OperationStatus.PENDING : OperationStatus.SUCCEEDED;
    }

    private static @Nullable ErrorView error(Operation operation) {
        String code = operation.errorCode();
        return code == null ? null : new ErrorView(code, Objects.requireNonNullElse(operation.errorMessage(), code));
    }
}
