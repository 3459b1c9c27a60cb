package ai.september.bap.local.process;

import ai.september.bap.local.stage.Reporter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a server up: one that ends unasked is said and started again, unless it keeps ending. Thread-safe.
 */
public final class Watch implements AutoCloseable {

    /** Starts the server once more and returns when it is usable. */
    @FunctionalInterface
    public interface Restart {
        ProcessHandle start() throws InterruptedException;
    }

    static final int MOST_RESTARTS = 5;
    static final Duration PERIOD = Duration.ofMinutes(2);

    private final Reporter reporter;
    private final Restart restart;
    private final InstantSource clock;
    private final Deque<Instant> ends = new ArrayDeque<>();
    private final ExecutorService thread;
    private volatile boolean closed;
    private volatile ProcessHandle current;

    public Watch(String name, ProcessHandle server, Reporter reporter, Restart restart, InstantSource clock) {
        this.reporter = reporter;
        this.restart = restart;
        this.clock = clock;
        this.current = server;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "watch-" + name);
            made.setDaemon(true);
            return made;
        });
        observe(server);
    }

    private void observe(ProcessHandle server) {
        current = server;
        var unused = server.onExit().thenRunAsync(this::ended, thread);
    }

    private void ended() {
        if (closed) {
            return;
        }
        if (endsTooOften()) {
            reporter.fatal("ended " + MOST_RESTARTS + " times within " + PERIOD.toMinutes()
                    + " minutes; not starting it again.");
            return;
        }
        reporter.notice("ended unexpectedly (pid " + current.pid() + "); starting it again.");
        startAgain();
    }

    private boolean endsTooOften() {
        Instant now = clock.instant();
        ends.addLast(now);
        ends.removeIf(end -> end.isBefore(now.minus(PERIOD)));
        return ends.size() >= MOST_RESTARTS;
    }

    private void startAgain() {
        try {
            observe(restart.start());
            reporter.notice("is back (pid " + current.pid() + ").");
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            reporter.fatal("did not start again: " + e.getMessage());
        }
    }

    /** Stops watching; a restart under way is interrupted and has ended when this returns. */
    @Override
    public void close() {
        closed = true;
        thread.shutdownNow();
        boolean interrupted = Thread.interrupted();
        while (!thread.isTerminated()) {
            try {
                thread.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The server as it runs now. */
    public ProcessHandle server() {
        return current;
    }
}
