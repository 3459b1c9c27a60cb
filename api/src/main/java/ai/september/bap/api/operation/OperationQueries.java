package ai.september.bap.api.operation;

import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationDao;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Reading operations. Thread-safe. */
public final class OperationQueries {

    private final Jdbi jdbi;

    public OperationQueries(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** An operation as it is now; of any product for the admin, otherwise of the calling one only. */
    public OperationView get(String operationId, Optional<ProductId> product) {
        return parse(operationId)
                .flatMap(id -> jdbi.withExtension(OperationDao.class, operations -> operations.find(id)))
                .filter(found -> product.map(found.productId()::equals).orElse(true))
                .map(this::view)
                .orElseThrow(() -> new BapException(
                        ErrorCode.OPERATION_NOT_FOUND, "No operation of yours has this id, or it has expired."));
    }

    /** The view of an operation, with its steps as they are now. */
    public OperationView view(Operation operation) {
        return jdbi.withExtension(
                OperationDao.class,
                operations -> OperationView.of(
                        operations.find(operation.operationId()).orElse(operation),
                        operations.steps(operation.operationId())));
    }

    private static Optional<OperationId> parse(String text) {
        try {
            return Optional.of(OperationId.parse(text));
        } catch (IllegalArgumentException noUuid) {
            return Optional.empty();
        }
    }
}
