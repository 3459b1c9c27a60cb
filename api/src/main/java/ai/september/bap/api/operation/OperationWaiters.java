package ai.september.bap.api.operation;

import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationDao;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waiting for operations to end, without a thread, a pooled connection or a Temporal call per waiter: all who wait for
 * one operation share one future, which the listener's word completes; a slow poll is the safety net. When the process
 * stops nobody waits any longer: the operations go on without it. Thread-safe.
 */
public final class OperationWaiters {

    private static final Logger LOG = LoggerFactory.getLogger(OperationWaiters.class);

    private static final long POLL_EVERY_MS = 2_000;

    private final Jdbi jdbi;
    private final Executor executor;
    private final Map<OperationId, CompletableFuture<Optional<Operation>>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong lastPoll = new AtomicLong(System.nanoTime());
    private final AtomicBoolean polling = new AtomicBoolean();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean stopping;

    /** Waiters whose futures complete on {@code executor}. */
    public OperationWaiters(Jdbi jdbi, Executor executor) {
        this.jdbi = jdbi;
        this.executor = executor;
    }

    /**
     * Completes with the operation's row once it has ended, at once if it has; empty if it is still under way when the
     * caller's patience, or this process, is at its end. Never completes exceptionally.
     */
    public CompletableFuture<Optional<Operation>> await(OperationId operationId, Duration patience) {
        requests.incrementAndGet();
        return shared(operationId)
                .copy()
                .completeOnTimeout(Optional.empty(), patience.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((ended, never) -> requests.decrementAndGet());
    }

    private CompletableFuture<Optional<Operation>> shared(OperationId operationId) {
        CompletableFuture<Optional<Operation>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<Operation>> earlier = waiting.putIfAbsent(operationId, mine);
        if (stopping) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        if (earlier != null) {
            return earlier;
        }
        // It may have ended before we were registered; what ends from here on is heard.
        completeIfEnded(operationId);
        return mine;
    }

    /** Lets everybody go who waits, or would from now on, so that their requests are answered before the process ends. */
    public void stop() {
        stopping = true;
        waiting.values().forEach(future -> future.complete(Optional.empty()));
    }

    /** How many operations are waited for. */
    public int operations() {
        return waiting.size();
    }

    /** How many requests wait for them. */
    public int requests() {
        return requests.get();
    }

    /** An operation has ended, says the listener. Does not block. */
    public void ended(OperationId operationId) {
        if (waiting.containsKey(operationId)) {
            executor.execute(() -> completeIfEnded(operationId));
        }
    }

    /** Looks for ends that nobody told of, now and then. Does not block. */
    public void pollNowAndThen() {
        long now = System.nanoTime();
        if (now - lastPoll.get() > POLL_EVERY_MS * 1_000_000
                && !waiting.isEmpty()
                && polling.compareAndSet(false, true)) {
            lastPoll.set(now);
            executor.execute(this::poll);
        }
    }

    private void poll() {
        try {
            Set<OperationId> ids = Set.copyOf(waiting.keySet());
            List<OperationId> ended = jdbi.withExtension(OperationDao.class, operations -> operations.endedAmong(ids));
            ended.forEach(this::completeIfEnded);
        } catch (RuntimeException databaseAway) {
            LOG.debug("ended operations cannot be looked for now", databaseAway);
        } finally {
            polling.set(false);
        }
    }

    private void completeIfEnded(OperationId operationId) {
        try {
            jdbi.withExtension(OperationDao.class, operations -> operations.find(operationId))
                    .filter(operation -> operation.status().isEnded())
                    .ifPresent(this::complete);
        } catch (RuntimeException databaseAway) {
            LOG.debug("operation {} cannot be read now; the poll will", operationId, databaseAway);
        }
    }

    private void complete(Operation operation) {
        CompletableFuture<Optional<Operation>> future = waiting.remove(operation.operationId());
        if (future != null) {
            future.complete(Optional.of(operation));
        }
    }

    /**
     * The error an operation's callers get.
     *
     * @param operation one that failed or was cancelled without a successor
     */
    public static BapException error(Operation operation) {
        String message = operation.errorMessage();
        String code = operation.errorCode();
        if (code == null || message == null) {
            return new BapException(ErrorCode.UNAVAILABLE, "The operation was cancelled. Repeat the request.");
        }
        return new BapException(ErrorCode.valueOf(code), message);
    }
}
