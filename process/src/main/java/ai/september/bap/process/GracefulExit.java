package ai.september.bap.process;

import ai.september.bap.process.server.RunningServer;
import io.dropwizard.logging.common.LoggingFactory;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process on SIGTERM or SIGINT, also while it is starting: in order, with everything logged, and with exit code
 * 0. One start, by the thread that installs it.
 */
final class GracefulExit {

    private static final Logger LOG = LoggerFactory.getLogger(GracefulExit.class);

    /** How long a start may take to notice that it was interrupted; then it is cut off, as a crash would do it. */
    private static final int START_ENDS_WITHIN_S = 5;

    private final LoggingFactory logging;
    private final Thread starter = Thread.currentThread();
    private final Thread hook = new Thread(this::stop, "graceful-exit");
    private final CompletableFuture<Optional<RunningServer>> started = new CompletableFuture<>();

    private GracefulExit(LoggingFactory logging) {
        this.logging = logging;
    }

    static GracefulExit install(LoggingFactory logging) {
        GracefulExit exit = new GracefulExit(logging);
        Runtime.getRuntime().addShutdownHook(exit.hook);
        return exit;
    }

    /**
     * Starts the server, which is stopped from then on by a signal.
     *
     * @throws InterruptedException if a signal came first; the process is about to end
     * @throws Exception what the start failed with; then how the process ends is up to the caller
     */
    void start(Callable<RunningServer> start) throws Exception {
        try {
            ended(Optional.of(start.call()));
        } catch (Exception failure) {
            ended(Optional.empty());
            if (!uninstall()) {
                throw new InterruptedException("told to stop while starting");
            }
            throw failure;
        }
    }

    /** From here on nobody interrupts the starting thread, and an interrupt that it has not noticed is forgotten. */
    private synchronized void ended(Optional<RunningServer> server) {
        started.complete(server);
        Thread.interrupted();
    }

    private synchronized void interruptStart() {
        if (!started.isDone()) {
            starter.interrupt();
        }
    }

    /** False if a signal came already. */
    private boolean uninstall() {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            return false;
        }
    }

    /** Halts, because a JVM that was told to end by a signal would otherwise report 143. */
    private void stop() {
        int exitCode = 0;
        try {
            LOG.info("stopping");
            interruptStart();
            server().ifPresent(RunningServer::close);
            LOG.info("stopped");
        } catch (RuntimeException failure) {
            LOG.error("could not stop in order", failure);
            exitCode = ProcessMain.EXIT_FAILURE;
        } finally {
            logging.stop();
            Runtime.getRuntime().halt(exitCode);
        }
    }

    private Optional<RunningServer> server() {
        try {
            return started.get(START_ENDS_WITHIN_S, TimeUnit.SECONDS);
        } catch (TimeoutException | InterruptedException | ExecutionException stillStarting) {
            LOG.warn("the start did not end within {} s and is cut off", START_ENDS_WITHIN_S);
            return Optional.empty();
        }
    }
}
