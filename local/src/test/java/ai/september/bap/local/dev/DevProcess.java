package ai.september.bap.local.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged {@code ./bap dev} in a process of its own; standard error comes with standard output. */
final class DevProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;
    private final List<String> lines = new ArrayList<>();

    private DevProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts it in an environment of nothing but the given variables. */
    static DevProcess start(Path repository, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dbap.root=" + repository,
                        "-jar",
                        repository.resolve("local/target/dist/bap.jar").toString(),
                        "dev")
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new DevProcess(builder.start());
    }

    /** Starts the script as its user does, from the repository it lies in. */
    static DevProcess script(Path repository, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("./bap", "dev")
                .directory(repository.toFile())
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new DevProcess(builder.start());
    }

    long pid() {
        return process.pid();
    }

    /** Reads until a line contains the text, and returns that line. */
    String awaitLine(String text) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
            if (line.contains(text)) {
                return line;
            }
        }
        throw new AssertionError("never said \"" + text + "\" but:\n" + String.join("\n", lines));
    }

    /** All that was said until its end. */
    String awaitEnd(int exitCode) throws IOException, InterruptedException {
        output.lines().forEach(lines::add);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        String all = String.join("\n", lines);
        assertThat(process.exitValue()).as(all).isEqualTo(exitCode);
        return all;
    }

    /**
     * Sends a signal.
     *
     * @throws AssertionError if the process inherited that it is ignored: it would go on for ever
     */
    void signal(String name) throws IOException, InterruptedException {
        assertThat(ignores(name))
                .as(name + " is ignored, as in a background job of a script: run the tests in the foreground")
                .isFalse();
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    /** By {@code SigIgn} of proc(5); elsewhere than on Linux it is not known. */
    private boolean ignores(String signal) throws IOException {
        long bit = switch (signal) {
            case "HUP" -> 1;
            case "INT" -> 1 << 1;
            case "TERM" -> 1 << 14;
            default -> 0;
        };
        Path status = Path.of("/proc/" + pid() + "/status");
        return Files.isReadable(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).strip(), 16) & bit) != 0);
    }

    /** Kill -9; what it started goes on. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
