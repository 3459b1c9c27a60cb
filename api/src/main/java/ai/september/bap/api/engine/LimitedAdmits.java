package ai.september.bap.api.engine;

import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.ratelimit.RateLimiter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Takes admits out of their products' limits. The limiter queues for one row's lock per product, with a connection: so of
 * one product only a few are there at a time, of all products fewer than there are connections, and whoever stands in
 * line holds neither connection nor thread. Thread-safe.
 */
public final class LimitedAdmits {

    /** One has the lock, one is next: more would gain nothing. */
    private static final int AT_ONCE = 2;

    private static final Duration LONGEST_LINE = Duration.ofSeconds(20);

    private final RateLimiter limiter;
    private final Executor executor;
    private final Semaphore connections;
    private final Map<ProductId, Line> lines = new HashMap<>();

    /**
     * A line for each product.
     *
     * @param connections the most that are in use at the same time
     * @param executor where those go on who stood in line
     */
    public LimitedAdmits(RateLimiter limiter, int connections, Executor executor) {
        this.limiter = limiter;
        this.connections = new Semaphore(connections, true);
        this.executor = executor;
    }

    /** The admits of one product. */
    private static final class Line {
        private final Deque<Turn> waiting = new ArrayDeque<>();
        private int asking;
    }

    /** One admit. */
    private record Turn(ProductId product, int limit, long since, CompletableFuture<Boolean> taken) {

        boolean isTooLate() {
            return System.nanoTime() - since > LONGEST_LINE.toNanos();
        }
    }

    /**
     * Takes one admit, on this thread if nobody stands in line.
     *
     * @return fails with {@code RATE_LIMITED}, or with {@code UNAVAILABLE} where the line is too long
     */
    CompletableFuture<Boolean> take(ProductId product, int limit) {
        Turn turn = new Turn(product, limit, System.nanoTime(), new CompletableFuture<>());
        if (enter(turn)) {
            if (connections.tryAcquire()) {
                ask(turn);
            } else {
                executor.execute(() -> askLater(turn));
            }
        }
        return turn.taken();
    }

    private void askLater(Turn turn) {
        connections.acquireUninterruptibly();
        ask(turn);
    }

    /** Leaves the line before anybody hears of the outcome: what follows an admit may take long. */
    private void ask(Turn turn) {
        @Nullable RuntimeException refusal = refusal(turn);
        connections.release();
        @Nullable Turn next = leave(turn.product());
        if (next != null) {
            executor.execute(() -> askLater(next));
        }
        if (refusal == null) {
            turn.taken().complete(true);
        } else {
            turn.taken().completeExceptionally(refusal);
        }
    }

    private @Nullable RuntimeException refusal(Turn turn) {
        if (turn.isTooLate()) {
            return new BapException(
                    ErrorCode.UNAVAILABLE, "Too many admits of this product are waiting already. Send it again later.");
        }
        try {
            limiter.take(turn.product(), turn.limit());
            return null;
        } catch (RuntimeException refused) {
            return refused;
        } catch (Error grave) {
            // The place in line has to be given back whatever happens.
            return new IllegalStateException("the limit could not be asked", grave);
        }
    }

    private synchronized boolean enter(Turn turn) {
        Line line = lines.computeIfAbsent(turn.product(), product -> new Line());
        if (line.asking == AT_ONCE) {
            line.waiting.add(turn);
            return false;
        }
        line.asking++;
        return true;
    }

    /** Who asks next in the same place. */
    private synchronized @Nullable Turn leave(ProductId product) {
        Line line = lines.computeIfAbsent(product, left -> new Line());
        @Nullable Turn next = line.waiting.poll();
        if (next == null && --line.asking == 0) {
            lines.remove(product);
        }
        return next;
    }
}
