package ai.september.bap.api.operation;

import ai.september.bap.process.logging.LogContext;
import ai.september.bap.registry.deletion.ProductDeletion;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.workflows.OperationStarter;
import ai.september.bap.workflows.ProductDeletionStarter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the workflow of an operation right after its commit, without making the request wait for Temporal. What does
 * not get started here, because Temporal is away or the queue is full, a worker's relay starts later. A wake of which a
 * worker has heard needs no workflow: who has begun it ends it, or has one started. Thread-safe.
 */
public final class OperationDispatcher {

    private static final Logger LOG = LoggerFactory.getLogger(OperationDispatcher.class);

    /** By then a worker that hears of a wake, and is not busy with others, has begun it. */
    private static final long HEARD_OF_MS = 100;

    private final OperationLedger ledger;
    private final OperationStarter starter;
    private final ProductDeletionStarter deletionStarter;
    private final Executor executor;
    private final Executor onceHeardOf;

    /**
     * A dispatcher.
     *
     * @param executor has room for so many starts, and rejects others
     * @param onceHeardOf as {@link #onceHeardOf} makes it of that
     */
    public OperationDispatcher(
            OperationLedger ledger,
            OperationStarter starter,
            ProductDeletionStarter deletionStarter,
            Executor executor,
            Executor onceHeardOf) {
        this.ledger = ledger;
        this.onceHeardOf = onceHeardOf;
        this.starter = starter;
        this.deletionStarter = deletionStarter;
        this.executor = executor;
    }

    /** An executor that waits before each task until a worker that hears of a wake has begun it. */
    public static Executor onceHeardOf(Executor executor) {
        return CompletableFuture.delayedExecutor(HEARD_OF_MS, TimeUnit.MILLISECONDS, executor);
    }

    /** Starts the operation's workflow soon. Does not block, does not fail. */
    public void dispatch(Operation operation) {
        within(operation).run(() -> LOG.info("{} begins", operation.kind().wireName()));
        if (operation.kind() == OperationKind.WAKE) {
            // Those for which there is no room by then are left to the relay, too.
            onceHeardOf.execute(() -> within(operation).run(() -> startUnlessBegun(operation)));
            return;
        }
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

    private void startUnlessBegun(Operation operation) {
        boolean begun;
        try {
            begun = ledger.find(operation.operationId())
                    .filter(now -> now.status() == OperationStatus.PENDING)
                    .isEmpty();
        } catch (RuntimeException databaseAway) {
            LOG.info("left to the relay: {}", databaseAway.toString());
            return;
        }
        if (!begun) {
            start(operation);
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
