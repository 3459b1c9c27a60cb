package ai.september.bap.local.process;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Starts child processes in sessions of their own, so that a Ctrl-C in the terminal does not reach them. They inherit
 * nothing of this process: input from nowhere, output appended to a log, and of the environment only what a program
 * needs to run at all.
 */
public final class Launcher {

    private static final List<String> PASSED_ON = List.of("PATH", "HOME", "TMPDIR");

    private final List<String> ownSession;
    private final Map<String, String> environment = new TreeMap<>(Map.of("LC_ALL", "C"));

    public Launcher(Map<String, String> environment) {
        this.ownSession = ownSession(SearchPath.of(environment));
        PASSED_ON.forEach(name -> {
            String value = environment.get(name);
            if (value != null) {
                this.environment.put(name, value);
            }
        });
    }

    /** setsid(1) keeps the pid; macOS has none, but Perl. */
    private static List<String> ownSession(SearchPath path) {
        return path.find("setsid")
                .map(setsid -> List.of(setsid.toString()))
                .or(() -> path.find("perl")
                        .map(perl ->
                                List.of(perl.toString(), "-MPOSIX", "-e", "POSIX::setsid(); exec { $ARGV[0] } @ARGV")))
                .orElse(List.of());
    }

    /** Starts the command; its pid stays the same through whatever prefixes it carries. */
    public Process launch(List<String> command, Path workingFolder, Path log) throws IOException {
        List<String> line = new ArrayList<>(ownSession);
        line.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(workingFolder.toFile())
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }
}
