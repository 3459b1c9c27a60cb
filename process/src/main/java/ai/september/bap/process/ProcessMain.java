package ai.september.bap.process;

import ai.september.bap.process.configuration.ConfigurationLoader;
import ai.september.bap.process.configuration.InvalidConfigurationException;
import ai.september.bap.process.configuration.OrchestratorConfiguration;
import ai.september.bap.process.logging.LogSetup;
import ai.september.bap.process.server.RunningServer;
import com.codahale.metrics.MetricRegistry;
import io.dropwizard.core.Application;
import io.dropwizard.logging.common.LoggingFactory;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main program of a process: reads the configuration, starts the server, and ends by SIGTERM, at whatever moment, with
 * exit code 0 after everything has stopped in order.
 */
public final class ProcessMain {

    /** A configuration that cannot be used; {@code EX_CONFIG} of sysexits.h. */
    public static final int EXIT_CONFIGURATION = 78;

    /** Anything else that kept the process from starting. */
    public static final int EXIT_FAILURE = 1;

    private static final Path DEFAULT_FILE = Path.of("config.yml");

    private ProcessMain() {}

    /**
     * Starts the process and returns; server threads keep the JVM alive. Does not return when it cannot start.
     *
     * @param arguments the configuration file; without one {@code config.yml} here, or else the shipped one
     */
    @SuppressWarnings("SystemExitOutsideMain") // This is main, shared.
    public static void run(
            Role role, String[] arguments, Supplier<Application<OrchestratorConfiguration>> application) {
        int exitCode = start(role, arguments, System.getenv(), application, System.err);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    static int start(
            Role role,
            String[] arguments,
            Map<String, String> variables,
            Supplier<Application<OrchestratorConfiguration>> application,
            PrintStream err) {
        return attempt(role, err, () -> {
            OrchestratorConfiguration configuration = load(role, arguments, variables);
            // Before the log: the first Dropwizard application of a JVM takes the log over.
            Application<OrchestratorConfiguration> process = application.get();
            LoggingFactory logging = LogSetup.from(configuration.log());
            logging.configure(new MetricRegistry(), role.label());
            Logger log = LoggerFactory.getLogger(ProcessMain.class);
            configuration.warnings().forEach(log::warn);
            GracefulExit.install(logging).start(() -> RunningServer.start(process, configuration));
            // Also what those who knew the original wait for.
            log.info("{} is ready. Application startup complete.", role.label());
            return 0;
        });
    }

    /** Something that ends with an exit code, or fails in any way. */
    private interface Attempt {
        int run() throws Exception;
    }

    /** The exit code: its own, or another after the reason was said in one line each. */
    private static int attempt(Role role, PrintStream err, Attempt attempt) {
        try {
            return attempt.run();
        } catch (InvalidConfigurationException invalid) {
            invalid.problems().forEach(problem -> err.println(role.label() + " cannot start: " + problem));
            return EXIT_CONFIGURATION;
        } catch (InterruptedException toldToStop) {
            return 0;
        } catch (Exception failure) {
            LoggerFactory.getLogger(ProcessMain.class).debug("cannot start", failure);
            err.println(role.label() + " cannot start: " + StartFailure.describe(failure));
            return EXIT_FAILURE;
        }
    }

    /** A task that ends by itself, with an exit code. */
    public interface Task {
        int run(OrchestratorConfiguration configuration) throws Exception;
    }

    /** Carries a task out and ends with its exit code unless that is 0, or with another one if it fails. */
    @SuppressWarnings("SystemExitOutsideMain") // This is main, shared.
    public static void runOnce(Role role, String[] arguments, Task task) {
        int exitCode = attempt(role, System.err, () -> {
            OrchestratorConfiguration configuration = load(role, arguments, System.getenv());
            LogSetup.from(configuration.log()).configure(new MetricRegistry(), role.label());
            return task.run(configuration);
        });
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    private static OrchestratorConfiguration load(Role role, String[] arguments, Map<String, String> variables) {
        if (arguments.length > 0) {
            return ConfigurationLoader.load(role, Path.of(arguments[arguments.length - 1]), variables);
        }
        return Files.exists(DEFAULT_FILE)
                ? ConfigurationLoader.load(role, DEFAULT_FILE, variables)
                : ConfigurationLoader.load(role, variables);
    }
}
