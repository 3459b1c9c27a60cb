package ai.september.bap.api.engine;

import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many do at once what may block, and others after them in the order of their coming. Whoever has to wait for a turn
 * holds no thread. Thread-safe.
 */
public final class Turns {

    /** Longer than any line of well-meant requests takes. */
    private static final Duration LONGEST_LINE = Duration.ofSeconds(20);

    private final int atOnce;
    private final Executor executor;
    private final Deque<Turn<?>> line = new ArrayDeque<>();
    private int free;

    /** Turns of so many at once; those who had to wait have theirs in {@code executor}. */
    public Turns(int atOnce, Executor executor) {
        this.atOnce = atOnce;
        this.free = atOnce;
        this.executor = executor;
    }

    /** How many have a turn. */
    synchronized int used() {
        return atOnce - free;
    }

    /** How many wait for one. */
    synchronized int waiting() {
        return line.size();
    }

    /** How many may have one. */
    int most() {
        return atOnce;
    }

    private record Turn<T>(Supplier<T> work, long since, CompletableFuture<T> result) {

        /** Does the work; what is returned tells those who wait for its result. */
        Runnable carryOut() {
            if (System.nanoTime() - since > LONGEST_LINE.toNanos()) {
                return this::refuse;
            }
            try {
                T came = work.get();
                return () -> result.complete(came);
            } catch (RuntimeException failed) {
                return () -> result.completeExceptionally(failed);
            } catch (Error grave) {
                // The turn has to be given back whatever happens.
                return () -> result.completeExceptionally(grave);
            }
        }

        void refuse() {
            result.completeExceptionally(new BapException(
                    ErrorCode.UNAVAILABLE, "Too many requests for engines are waiting already. Send it again later."));
        }
    }

    /**
     * What the work comes to, done at once and on this thread if there is a turn; fails with what the work fails with, or with
     * {@code UNAVAILABLE} where the line was too long.
     */
    <T> CompletableFuture<T> take(Supplier<T> work) {
        Turn<T> turn = new Turn<>(work, System.nanoTime(), new CompletableFuture<>());
        if (enter(turn)) {
            have(turn);
        }
        return turn.result();
    }

    /** Gives the turn on before anybody hears of the result: what follows may take long. */
    private void have(Turn<?> turn) {
        Runnable telling = turn.carryOut();
        @Nullable Turn<?> next = leave();
        if (next != null) {
            haveLater(next);
        }
        telling.run();
    }

    private void haveLater(Turn<?> turn) {
        try {
            executor.execute(() -> have(turn));
        } catch (RejectedExecutionException stopping) {
            turn.refuse();
        }
    }

    private synchronized boolean enter(Turn<?> turn) {
        if (free == 0) {
            line.add(turn);
            return false;
        }
        free--;
        return true;
    }

    private synchronized @Nullable Turn<?> leave() {
        @Nullable Turn<?> next = line.poll();
        if (next == null) {
            free++;
        }
        return next;
    }
}
