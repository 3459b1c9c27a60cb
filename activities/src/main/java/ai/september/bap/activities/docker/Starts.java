package ai.september.bap.activities.docker;

import com.github.dockerjava.api.exception.NotModifiedException;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** Starts containers, a few at a time: more at once make the daemon slower, not faster. Thread-safe. */
final class Starts {

    private static final Duration START_TIME = Duration.ofMinutes(2);

    private final DaemonCalls calls;
    private final Semaphore turns;

    Starts(DaemonCalls calls, int atOnce) {
        this.calls = calls;
        this.turns = new Semaphore(atOnce, true);
    }

    /** Starts a container; no-op if it runs. */
    void start(String id) throws InterruptedException {
        turns.acquire();
        try {
            calls.bringAbout(
                    "start a container",
                    START_TIME,
                    client -> client.startContainerCmd(id).exec());
        } catch (NotModifiedException runsAlready) {
            // As wanted.
        } finally {
            turns.release();
        }
    }
}
