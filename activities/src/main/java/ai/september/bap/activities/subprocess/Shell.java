package ai.september.bap.activities.subprocess;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Short commands of {@code sh}, run with an empty environment and waited for. */
final class Shell {

    private static final String PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

    private Shell() {}

    /** The exit code of a script that is given arguments. */
    static int run(String script, String... arguments) throws IOException, InterruptedException {
        return builder(script, arguments)
                .redirectOutput(Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** The lines that a script prints. */
    static List<String> lines(String script) throws IOException, InterruptedException {
        Process process = builder(script).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.lines().toList();
    }

    private static ProcessBuilder builder(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().put("PATH", PATH);
        return builder.redirectInput(Redirect.from(new java.io.File("/dev/null")))
                .redirectError(Redirect.DISCARD);
    }
}
