package ai.september.bap.local.processes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** One run of {@code java -jar bap.jar …}, whose two outputs are kept apart. */
final class Program implements AutoCloseable {

    private static final Path JAR =
            Path.of("target", "dist", "bap.jar").toAbsolutePath().normalize();
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<Thread> readers;

    private Program(Process process, Path folder) throws IOException {
        this.process = process;
        this.readers = List.of(
                read(process.inputReader(), output, process.pid(), folder.resolve("output-of-" + process.pid())),
                read(
                        process.errorReader(),
                        complaints,
                        process.pid(),
                        folder.resolve("complaints-of-" + process.pid())));
    }

    /** Starts it in a folder, in an environment of nothing but these variables and the {@code PATH}. */
    static Program start(Path folder, Map<String, String> variables, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(ProcessHandle.current().info().command().orElseThrow(), "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", System.getenv("PATH"));
        builder.environment().putAll(variables);
        return new Program(builder.start(), folder);
    }

    /** Into a file, too: the folder stays when its test fails. */
    private static Thread read(BufferedReader reader, List<String> lines, long pid, Path file) throws IOException {
        PrintWriter copy = new PrintWriter(Files.newBufferedWriter(file), true);
        Thread thread = new Thread(
                () -> reader.lines().forEach(line -> {
                    lines.add(line);
                    copy.println(line);
                }),
                "output-of-" + pid);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Waits until a line of the log contains the text. */
    Program awaitLog(String text) {
        Await.atMost(PATIENCE, "the log says \"" + text + "\", or the end").until(() -> says(text) || isReadToItsEnd());
        if (!says(text)) {
            throw new AssertionError("ended without \"%s\": %s %s".formatted(text, output, complaints));
        }
        return this;
    }

    private boolean says(String text) {
        return output.stream().anyMatch(line -> line.contains(text));
    }

    private boolean isReadToItsEnd() {
        return readers.stream().noneMatch(Thread::isAlive);
    }

    /** Sends SIGTERM and makes sure that it ends in order. */
    void stop() throws InterruptedException {
        terminate();
        awaitEnd(0);
        assertThat(complaints).isEmpty();
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Kill -9, returning when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Waits for the end, which is to have this exit code. */
    Program awaitEnd(int exitCode) throws InterruptedException {
        return awaitEnd(exitCode, PATIENCE);
    }

    /** As the other, within a time that matters. */
    Program awaitEnd(int exitCode, Duration limit) throws InterruptedException {
        assertThat(process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS))
                .as("ended within %s; it said %s %s", limit, output, complaints)
                .isTrue();
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(process.exitValue()).as("%s %s", output, complaints).isEqualTo(exitCode);
        return this;
    }

    /** What it has written to standard output so far. */
    List<String> output() {
        return List.copyOf(output);
    }

    /** What it has written to standard error so far. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
