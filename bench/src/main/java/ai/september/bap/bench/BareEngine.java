package ai.september.bap.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * An engine process that nothing manages.
 *
 * @param boot from before the process was made to its first healthy answer
 */
record BareEngine(Process process, Duration boot) implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** Starts the process and waits for its first healthy answer. */
    static BareEngine boot(ProcessBuilder builder, int port) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process = builder.start();
        try {
            HealthPoll.await(port, process::isAlive);
        } catch (IOException failed) {
            process.destroyForcibly();
            throw failed;
        }
        return new BareEngine(process, Duration.ofNanos(System.nanoTime() - start));
    }

    /** Waits until the process has used no CPU time for a second. */
    void awaitIdle() throws InterruptedException {
        ProcessFigures.awaitIdle(process.toHandle());
    }

    Duration cpu() {
        return ProcessFigures.cpu(process.toHandle());
    }

    /** Resident memory in MB; with {@code Pss} its fair share of pages that processes have in common. */
    double memory(String field) throws IOException {
        return ProcessFigures.memory(process.pid(), field);
    }

    /** Ends it gracefully, and by force where that does not help. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
