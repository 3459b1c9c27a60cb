package ai.september.bap.workflows;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;

/** All that a workflow or an activity is told of a product's deletion: ids, nothing else. */
public record ProductRef(OperationId operationId, ProductId productId) {

    public ProductRef {
        requireNonNull(operationId, "operationId");
        requireNonNull(productId, "productId");
    }
}
