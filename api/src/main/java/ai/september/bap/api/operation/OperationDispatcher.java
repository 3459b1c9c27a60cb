package ai.september.bap.api.operation;

import ai.september.bap.process.logging.LogContext;
import ai.september.bap.registry.deletion.ProductDeletion;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.workflows.OperationStarter;
import ai.september.bap.workflows.ProductDeletionStarter;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the workflow of an operation right after its commit, without making the request wait for Temporal. What does
 * not get started here, because Temporal is away or the queue is full, a worker's relay starts later. Thread-safe.
 */
public final class OperationDispatcher {

    private static final Logger LOG = LoggerFactory.getLogger(OperationDispatcher.class);

    private final OperationStarter starter;
    private final ProductDeletionStarter deletionStarter;
    private final Executor executor;

    public OperationDispatcher(OperationStarter starter, ProductDeletionStarter deletionStarter, Executor executor) {
        this.starter = starter;
        this.deletionStarter = deletionStarter;
        this.executor = executor;
    }

    /** Starts the operation's workflow soon. Does not block, does not fail. */
    public void dispatch(Operation operation) {
        within(operation).run(() -> LOG.info("{} begins", operation.kind().wireName()));
        try {
            executor.execute(() -> within(operation).run(() -> start(operation)));
        } catch (RejectedExecutionException busy) {
            within(operation).run(() -> LOG.info("left to the relay: too many starts are waiting"));
        }
    }

    /** Starts the workflow of a product's deletion soon. Does not block, does not fail. */
    public void dispatchDeletion(ProductDeletion deletion) {
        LOG.info("deletion {} of a product begins", deletion.operationId());
        try {
            executor.execute(() -> start(deletion));
        } catch (RejectedExecutionException busy) {
            LOG.info("deletion {} is left to a worker: too many starts are waiting", deletion.operationId());
        }
    }

    private void start(ProductDeletion deletion) {
        try {
            deletionStarter.start(deletion);
        } catch (RuntimeException temporalAway) {
            LOG.info("deletion {} is left to a worker: {}", deletion.operationId(), temporalAway.toString());
        }
    }

    private void start(Operation operation) {
        try {
            starter.start(operation);
        } catch (RuntimeException temporalAway) {
            LOG.info("left to the relay: {}", temporalAway.toString());
        }
    }

    private static LogContext within(Operation operation) {
        return LogContext.of(operation.operationId(), operation.engineId());
    }
}
