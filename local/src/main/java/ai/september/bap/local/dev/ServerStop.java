package ai.september.bap.local.dev;

import static java.util.Objects.requireNonNull;

import ai.september.bap.local.stage.Stop;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * Stops a server on a thread of its own: what it waits for there (requests, steps under way, engines that finish their
 * turns) is cut short one wait after the other, once the grace is over or the user is in a hurry.
 */
final class ServerStop implements Stop {

    /** Between two cuts: what was cut off just before gets this long to clean up. */
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private static final int MOST_CUTS = 10;

    private final Runnable close;

    /**
     * @param close stops the server and returns when it has stopped; reacts to interrupts
     */
    ServerStop(Runnable close) {
        this.close = close;
    }

    @Override
    public void within(Duration grace) {
        FutureTask<Void> closing = new FutureTask<>(close, null);
        Thread thread = new Thread(closing, "stop");
        thread.start();
        if (!grace.isZero() && hasEnded(thread, grace)) {
            rethrowFailure(closing);
        } else {
            cutShort(thread);
        }
    }

    /** What is cut off complains; nobody needs to hear it. */
    private static void cutShort(Thread thread) {
        for (int cut = 0; cut < MOST_CUTS; cut++) {
            thread.interrupt();
            if (hasEnded(thread, PAUSE)) {
                return;
            }
        }
        throw new IllegalStateException("it does not end");
    }

    private static void rethrowFailure(Future<Void> closed) {
        try {
            closed.get();
        } catch (ExecutionException e) {
            Throwable cause = requireNonNull(e.getCause());
            throw new IllegalStateException(cause.getMessage(), cause);
        } catch (InterruptedException e) {
            throw new AssertionError("it has ended: there is nothing to wait for", e);
        }
    }

    /** Whether it ended in time; an interrupt ends the wait, too. */
    private static boolean hasEnded(Thread thread, Duration time) {
        try {
            thread.join(time.toMillis());
        } catch (InterruptedException hurry) {
            // The answer below is what counts.
        }
        return !thread.isAlive();
    }
}
