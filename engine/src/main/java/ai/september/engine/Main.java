package ai.september.engine;

import ai.september.engine.config.ConfigException;
import ai.september.engine.config.Environment;
import ai.september.engine.log.Log;
import org.jspecify.annotations.Nullable;

/** The engine's commands. */
public final class Main {

    private static final String USAGE = """
            Usage: engine <command>
              serve     serve this user's engine over HTTP until SIGTERM
              migrate   bring the brain at SQLITE_DB_PATH to this engine's version, making it if it is missing
              version   print the engine's version
              --help    print this
            Configuration comes from environment variables only; see README.md.""";

    private Main() {}

    public static void main(String[] arguments) {
        long startedNanos = System.nanoTime();
        useSmallLocaleData();
        ExitCode code = run(arguments, startedNanos);
        if (code != null) {
            System.out.flush();
            System.err.flush();
            System.exit(code.code());
        }
    }

    /**
     * The SQLite driver builds a date parser that nobody uses; with the JDK's full locale data that costs each boot 25 ms
     * and 1 MB. Later JDKs warn of this setting or lack it.
     */
    private static void useSmallLocaleData() {
        if (Runtime.version().feature() < 21) {
            System.setProperty("java.locale.providers", "COMPAT");
        }
    }

    /** The code to exit with, or null while serving. */
    private static @Nullable ExitCode run(String[] arguments, long startedNanos) {
        try {
            return command(arguments.length == 1 ? arguments[0] : "", startedNanos);
        } catch (BootException e) {
            System.err.println("engine: " + e.getMessage());
            return e.exitCode();
        } catch (ConfigException e) {
            System.err.println("engine: " + e.getMessage());
            return ExitCode.CONFIG;
        } catch (RuntimeException e) {
            System.err.println("engine: unexpected failure: " + Log.trace(e));
            return ExitCode.INTERNAL;
        }
    }

    private static @Nullable ExitCode command(String command, long startedNanos) throws BootException, ConfigException {
        switch (command) {
            case "serve" -> {
                Serve.start(Environment.ofProcess(), startedNanos);
                return null;
            }
            case "migrate" -> System.out.println(Migrate.run(Environment.ofProcess()));
            case "version" -> System.out.println("september-engine " + version());
            case "--help", "help" -> System.out.println(USAGE);
            default -> {
                System.err.println(USAGE);
                return ExitCode.USAGE;
            }
        }
        return ExitCode.OK;
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
