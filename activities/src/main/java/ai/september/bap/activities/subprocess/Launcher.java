package ai.september.bap.activities.subprocess;

import ai.september.bap.activities.container.BackendException;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts processes in sessions of their own and notes how they end. A small shell script runs first, in the very process
 * that becomes the engine: it writes who it is (see {@link Launch}), drops what shells add to an environment, and turns
 * into the command. Thread-safe.
 */
final class Launcher {

    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);
    private static final Duration COMMIT_TIME = Duration.ofSeconds(20);

    private final List<String> sessionCommand;
    private final String script;
    private final Map<Path, Child> children = new ConcurrentHashMap<>();

    Launcher(List<String> sessionCommand, ProcessTable table) {
        this.sessionCommand = List.copyOf(sessionCommand);
        this.script = "umask 077\n" + table.identifyScript() + """
                printf '%s\\n' "$$" "$boot" "$start" > "$1.draft" && mv "$1.draft" "$1" || exit 70
                shift
                exec env -u PWD -u OLDPWD -u SHLVL -u _ "$@"
                """;
    }

    /**
     * Starts a command by a launch's permission and returns when the process has written who it is.
     *
     * @param folder where the process starts
     */
    void start(Launch launch, List<String> command, Map<String, String> environment, Path folder, Path output)
            throws IOException, InterruptedException {
        Child child = spawn(launch, command, environment, folder, output);
        Poll.until(() -> launch.isCommitted() || child.ended().isDone(), COMMIT_TIME);
        if (!launch.isCommitted()) {
            throw BackendException.passing(
                    "the engine's process could not be started: see the container's output", null);
        }
    }

    private Child spawn(Launch launch, List<String> command, Map<String, String> environment, Path folder, Path output)
            throws IOException {
        List<String> line = new ArrayList<>(sessionCommand);
        line.addAll(List.of("/bin/sh", "-c", script, "sh", launch.identityFile().toString()));
        line.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(output.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        return remember(launch, builder.start());
    }

    private Child remember(Launch launch, Process process) {
        CompletableFuture<Void> ended = process.onExit().thenAccept(child -> noteEnd(launch, child.exitValue()));
        Child child = new Child(process.pid(), ended);
        children.put(launch.folder(), child);
        var unused = ended.whenComplete((nothing, failure) -> children.remove(launch.folder()));
        return child;
    }

    private static void noteEnd(Launch launch, int exitCode) {
        try {
            launch.recordExitCode(exitCode);
        } catch (IOException e) {
            LOG.debug(
                    "exit code {} of {} not recorded", exitCode, launch.folder().getFileName(), e);
        }
    }

    /** The end of the process of a launch, its exit code recorded; empty if this is not its parent or it is noted already. */
    Optional<CompletableFuture<Void>> end(Launch launch, ProcessIdentity identity) {
        return Optional.ofNullable(children.get(launch.folder()))
                .filter(child -> child.pid() == identity.pid())
                .map(Child::ended);
    }

    private record Child(long pid, CompletableFuture<Void> ended) {}
}
