package ai.september.bap.local.process;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends processes, children of this one or not. */
public final class ProcessEnd {

    /** A killed process is gone within moments; one that is not is stuck in the kernel. */
    private static final Duration KILL = Duration.ofSeconds(5);

    private ProcessEnd() {}

    /**
     * SIGTERM, and SIGKILL after the grace period. An interrupt cuts the grace short; it is consumed.
     *
     * @return whether it ended without force
     */
    public static boolean end(ProcessHandle process, Duration grace) {
        process.destroy();
        if (await(process, grace)) {
            return true;
        }
        kill(process);
        return false;
    }

    /** SIGKILL, at once. */
    public static void kill(ProcessHandle process) {
        process.destroyForcibly();
        await(process, KILL);
    }

    /** Waits until it has ended; false after the time, or at once when interrupted (consumed). */
    public static boolean await(ProcessHandle process, Duration time) {
        try {
            process.onExit().get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException | TimeoutException e) {
            return !ProcessTable.isAlive(process);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
