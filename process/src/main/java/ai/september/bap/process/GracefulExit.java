package ai.september.bap.process;

import ai.september.bap.process.server.RunningServer;
import io.dropwizard.logging.common.LoggingFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the process on SIGTERM or SIGINT: in order, with everything logged, and with exit code 0. */
final class GracefulExit {

    private static final Logger LOG = LoggerFactory.getLogger(GracefulExit.class);

    private GracefulExit() {}

    static void install(RunningServer server, LoggingFactory logging) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, logging), "graceful-exit"));
    }

    /** Halts, because a JVM that was told to end by a signal would otherwise report 143. */
    private static void stop(RunningServer server, LoggingFactory logging) {
        int exitCode = 0;
        try {
            LOG.info("stopping");
            server.close();
            LOG.info("stopped");
        } catch (RuntimeException failure) {
            LOG.error("could not stop in order", failure);
            exitCode = ProcessMain.EXIT_FAILURE;
        } finally {
            logging.stop();
            Runtime.getRuntime().halt(exitCode);
        }
    }
}
