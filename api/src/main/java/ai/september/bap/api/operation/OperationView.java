package ai.september.bap.api.operation;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.Step;
import ai.september.bap.registry.operation.StepName;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An operation as the API shows it. */
public record OperationView(
        OperationId operationId,
        EngineId engineId,
        UserId userId,
        OperationKind kind,
        OperationStatus status,
        List<StepView> steps,
        @Nullable ErrorView error,
        Instant createdAt,
        @Nullable Instant finishedAt) {

    /** One step; times are null until set. */
    public record StepView(
            StepName name,
            OperationStatus status,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt) {

        static StepView of(Step step) {
            return new StepView(step.name(), step.status(), step.startedAt(), step.finishedAt());
        }
    }

    /** Why an operation failed. */
    public record ErrorView(String code, String message) {}

    /** The view of an operation and its steps. */
    public static OperationView of(Operation operation, List<Step> steps) {
        return new OperationView(
                operation.operationId(),
                operation.engineId(),
                operation.userId(),
                operation.kind(),
                operation.status(),
                steps.stream().map(StepView::of).toList(),
                error(operation),
                operation.createdAt(),
                operation.finishedAt());
    }

    private static @Nullable ErrorView error(Operation operation) {
        String code = operation.errorCode();
        return code == null ? null : new ErrorView(code, Objects.requireNonNullElse(operation.errorMessage(), code));
    }
}
