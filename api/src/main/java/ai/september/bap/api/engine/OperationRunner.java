package ai.september.bap.api.engine;

import ai.september.bap.api.operation.Answer;
import ai.september.bap.api.operation.OperationDispatcher;
import ai.september.bap.api.operation.OperationWaiters;
import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.Lifecycle;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.ProvisionTurns;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands requests to the lifecycle, gets what they begin started, and waits for it. Thread-safe. */
public final class OperationRunner {

    private static final Logger LOG = LoggerFactory.getLogger(OperationRunner.class);

    private final Turns turns;
    private final ProvisionTurns provisionTurns;
    private final Lifecycle lifecycle;
    private final OperationDispatcher dispatcher;
    private final OperationWaiters waiters;
    private final Executor executor;
    private final RunnerMetrics metrics;

    /**
     * A runner that has requests in the database by turns. They queue for one row's lock there, with a connection each: of
     * those who have a turn at the same time there have to be fewer than connections, or reading would wait for them.
     */
    public OperationRunner(
            Turns turns,
            Lifecycle lifecycle,
            ProvisionTurns provisionTurns,
            OperationDispatcher dispatcher,
            OperationWaiters waiters,
            Executor executor,
            MeterRegistry meters) {
        this.turns = turns;
        this.provisionTurns = provisionTurns;
        this.lifecycle = lifecycle;
        this.dispatcher = dispatcher;
        this.waiters = waiters;
        this.executor = executor;
        this.metrics = new RunnerMetrics(meters, turns);
    }

    /**
     * Carries a request as far as its commit, and its operation, if it began one, to Temporal. All within its turn, because
     * giving provisions theirs takes a connection, too, and queues for a row.
     */
    CompletableFuture<Accepted> request(LifecycleRequest request) {
        return turns.take(() -> dispatched(lifecycle.request(request)));
    }

    private Accepted dispatched(Accepted accepted) {
        if (accepted instanceof Accepted.Waiting waiting) {
            if (waiting.begun()) {
                dispatch(waiting.operation());
            } else {
                metrics.joined(waiting.operation());
            }
        }
        return accepted;
    }

    private void dispatch(Operation operation) {
        if (operation.waiting()) {
            giveTurns(operation);
        } else {
            dispatcher.dispatch(operation);
        }
    }

    /** The operation is committed: if this fails, a worker's relay will give the turn. */
    private void giveTurns(Operation operation) {
        try {
            provisionTurns.giveNext(operation.productId()).forEach(dispatcher::dispatch);
        } catch (RuntimeException databaseAway) {
            LOG.info("turns are left to the relay: {}", databaseAway.toString());
        }
    }

    /**
     * Waits for an operation's end, without holding the thread, and goes on with it.
     *
     * @param deadline in terms of {@link System#nanoTime()}; after it, or when the process stops, the answer is pending
     */
    <T> CompletableFuture<Answer<T>> whenEnded(
            Operation operation, long deadline, Function<Operation, CompletableFuture<Answer<T>>> next) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            return pending(operation);
        }
        return waiters.await(operation.operationId(), Duration.ofNanos(left))
                .thenComposeAsync(ended -> ended.map(next).orElseGet(() -> pending(operation)), executor);
    }

    private static <T> CompletableFuture<Answer<T>> pending(Operation operation) {
        return CompletableFuture.completedFuture(new Answer.Pending<>(operation));
    }

    static long deadline(Duration patience) {
        return System.nanoTime() + patience.toNanos();
    }
}
