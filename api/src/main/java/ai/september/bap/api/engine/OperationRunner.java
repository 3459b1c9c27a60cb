package ai.september.bap.api.engine;

import ai.september.bap.api.operation.Answer;
import ai.september.bap.api.operation.OperationDispatcher;
import ai.september.bap.api.operation.OperationWaiters;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.Lifecycle;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.ProvisionTurns;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands requests to the lifecycle, gets what they begin started, and waits for it. Thread-safe. */
public final class OperationRunner {

    private static final Logger LOG = LoggerFactory.getLogger(OperationRunner.class);

    /** Longer than any line of well-meant requests takes. */
    private static final int LONGEST_LINE_S = 20;

    private final Semaphore places;
    private final ProvisionTurns turns;
    private final Lifecycle lifecycle;
    private final OperationDispatcher dispatcher;
    private final OperationWaiters waiters;
    private final Executor executor;
    private final RunnerMetrics metrics;

    /**
     * A runner that has {@code atOnce} requests in the database at the same time. They queue for one row's lock there,
     * with a connection each: it has to be fewer than there are connections, or reading would wait for them.
     */
    public OperationRunner(
            int atOnce,
            Lifecycle lifecycle,
            ProvisionTurns turns,
            OperationDispatcher dispatcher,
            OperationWaiters waiters,
            Executor executor,
            MeterRegistry meters) {
        this.places = new Semaphore(atOnce, true);
        this.turns = turns;
        this.lifecycle = lifecycle;
        this.dispatcher = dispatcher;
        this.waiters = waiters;
        this.executor = executor;
        this.metrics = new RunnerMetrics(meters, places, atOnce);
    }

    /** Carries a request as far as its commit, and its operation, if it began one, to Temporal. */
    Accepted request(LifecycleRequest request) {
        Accepted accepted = inTurn(request);
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
            turns.give(operation.productId()).forEach(dispatcher::dispatch);
        } catch (RuntimeException databaseAway) {
            LOG.info("turns are left to the relay: {}", databaseAway.toString());
        }
    }

    private Accepted inTurn(LifecycleRequest request) {
        awaitTurn();
        try {
            return lifecycle.request(request);
        } finally {
            places.release();
        }
    }

    private void awaitTurn() {
        try {
            if (places.tryAcquire(LONGEST_LINE_S, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        throw new BapException(
                ErrorCode.UNAVAILABLE, "Too many requests for engines are waiting already. Send it again later.");
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
