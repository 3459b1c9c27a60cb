package ai.september.bap.bench;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Programs that are run to their end, with variables of their own. Thread-safe. */
record Command(Map<String, String> variables) {

    /** What they say beside their output. */
    private static final File ERRORS = new File("bench/target/commands.log");

    Command {
        variables = Map.copyOf(variables);
    }

    /**
     * What it prints, without the last line's end.
     *
     * @throws IOException if it cannot be run or fails
     */
    String run(String... command) throws IOException, InterruptedException {
        return run(List.of(command));
    }

    /** The same. */
    String run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectError(Redirect.appendTo(ERRORS));
        builder.environment().putAll(variables);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(
                    String.join(" ", command) + " failed with " + process.exitValue() + ": " + ERRORS + " says why");
        }
        return output.strip();
    }

    /** The lines it prints. */
    List<String> lines(String... command) throws IOException, InterruptedException {
        return run(command).lines().toList();
    }

    /** The words it prints, as ids are. */
    List<String> words(String... command) throws IOException, InterruptedException {
        return Arrays.stream(run(command).split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
