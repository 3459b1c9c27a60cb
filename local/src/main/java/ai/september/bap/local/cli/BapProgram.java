package ai.september.bap.local.cli;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.local.dev.DevCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program behind {@code ./bap}. */
@Command(
        name = "./bap",
        subcommands = {
            DevCommand.class,
            ProcessCommands.Api.class,
            ProcessCommands.Worker.class,
            DbCommand.class,
            KeygenCommand.class,
            RotateMasterKeyCommand.class,
            DoctorCommand.class,
            VersionCommand.class
        })
public final class BapProgram implements Runnable {

    /** The shell script shows the same file, without a build. */
    private static final String HELP = "help.txt";

    // Only so that it is accepted; run() prints the help whatever its value.
    @Option(names = {"-h", "--help"})
    private boolean unusedHelp;

    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    static int execute(String... arguments) {
        return commandLine().execute(arguments);
    }

    static CommandLine commandLine() {
        return new CommandLine(new BapProgram())
                .setParameterExceptionHandler((refusal, given) -> complain(ExitCode.INVALID_USAGE, usage(refusal)))
                .setExecutionExceptionHandler((failure, command, parsed) -> report(failure));
    }

    private static String usage(Exception refusal) {
        return refusal.getMessage() + ". See ./bap --help.";
    }

    private static int report(Exception failure) {
        if (failure instanceof LocalException e) {
            LoggerFactory.getLogger(BapProgram.class).info("cannot go on", e);
            return complain(e.exitCode(), String.valueOf(e.getMessage()));
        }
        LoggerFactory.getLogger(BapProgram.class).error("unexpected", failure);
        return complain(ExitCode.UNEXPECTED, "Unexpected: " + failure + " (details in the log).");
    }

    private static int complain(ExitCode code, String line) {
        System.err.println("bap: " + line);
        return code.number();
    }

    /** Without a command, and for {@code --help}. */
    @Override
    public void run() {
        try (InputStream text = BapProgram.class.getResourceAsStream(HELP)) {
            System.out.print(new String(text.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
