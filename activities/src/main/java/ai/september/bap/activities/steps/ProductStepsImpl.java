package ai.september.bap.activities.steps;

import ai.september.bap.registry.deletion.ProductDeletions;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.Lifecycle;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.workflows.OperationStarter;
import ai.september.bap.workflows.ProductRef;
import ai.september.bap.workflows.ProductSteps;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes products by having their engines destroyed, as if somebody had asked for each. Thread-safe. */
public final class ProductStepsImpl implements ProductSteps {

    private static final Logger LOG = LoggerFactory.getLogger(ProductStepsImpl.class);

    /** Of one product; other products' engines go on meanwhile. */
    private static final int AT_ONCE = 10;

    private final ProductDeletions deletions;
    private final Lifecycle lifecycle;
    private final OperationStarter starter;

    public ProductStepsImpl(ProductDeletions deletions, Lifecycle lifecycle, OperationStarter starter) {
        this.deletions = deletions;
        this.lifecycle = lifecycle;
        this.starter = starter;
    }

    @Override
    public int destroyNext(ProductRef product) {
        int left = deletions.proceed(product.operationId());
        if (left > 0) {
            deletions
                    .find(product.operationId())
                    .ifPresent(deletion -> deletions.next(deletion, AT_ONCE).forEach(this::begin));
        }
        return left;
    }

    private void begin(LifecycleRequest destroy) {
        try {
            if (lifecycle.request(destroy) instanceof Accepted.Waiting waiting && waiting.begun()) {
                start(waiting.operation());
            }
        } catch (BapException gone) {
            LOG.debug("an engine needs no destroying any more", gone);
        }
    }

    private void start(Operation operation) {
        try {
            starter.start(operation);
        } catch (RuntimeException temporalAway) {
            LOG.info("operation {} left to the relay: {}", operation.operationId(), temporalAway.toString());
        }
    }
}
