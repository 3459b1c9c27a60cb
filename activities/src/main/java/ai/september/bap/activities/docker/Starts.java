package ai.september.bap.activities.docker;

import com.github.dockerjava.api.exception.NotModifiedException;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** Starts containers, a few at a time: more at once make the daemon slower, not faster. Thread-safe. */
final class Starts {

    private static final Duration START_TIME = Duration.ofMinutes(2);

    private final DaemonCalls calls;
    private final Semaphore ours;
    private final Turns everybodys;

    /**
     * Starts on a daemon.
     *
     * @param atOnce most of this process; so many wait for one of everybody's turns at most
     */
    Starts(DaemonCalls calls, int atOnce, Turns everybodys) {
        this.calls = calls;
        this.ours = new Semaphore(atOnce, true);
        this.everybodys = everybodys;
    }

    /** Starts a container; no-op if it runs. */
    void start(String id) throws InterruptedException {
        ours.acquire();
        try (Turns.Turn turn = everybodys.take()) {
            calls.bringAbout(
                    "start a container",
                    START_TIME,
                    client -> client.startContainerCmd(id).exec());
        } catch (NotModifiedException runsAlready) {
            // As wanted.
        } finally {
            ours.release();
        }
    }
}
