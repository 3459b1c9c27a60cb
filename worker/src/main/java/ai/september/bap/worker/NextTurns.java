package ai.september.bap.worker;

import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.ProvisionTurns;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a product's provisions wait for their turn, starts the next as soon as one has ended; the relay, which would do so,
 * looks once a second only. Thread-safe.
 */
final class NextTurns implements Consumer<Operation> {

    private static final Logger LOG = LoggerFactory.getLogger(NextTurns.class);

    private final ProvisionTurns turns;
    private final Consumer<Operation> start;
    private final Executor executor;

    /**
     * Turns that are given in {@code executor}.
     *
     * @param start starts an operation's workflow; where that fails, the relay will
     */
    NextTurns(ProvisionTurns turns, Consumer<Operation> start, Executor executor) {
        this.turns = turns;
        this.start = start;
        this.executor = executor;
    }

    /** An operation has ended. Does not block. */
    @Override
    public void accept(Operation ended) {
        if (ended.kind() == OperationKind.PROVISION) {
            executor.execute(() -> turns.giveNext(ended.productId()).forEach(this::start));
        }
    }

    private void start(Operation next) {
        try {
            start.accept(next);
        } catch (RuntimeException passing) {
            LOG.info("operation {} is left to the relay: {}", next.operationId(), passing.toString());
        }
    }
}
