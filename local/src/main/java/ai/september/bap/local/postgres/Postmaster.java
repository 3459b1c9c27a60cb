package ai.september.bap.local.postgres;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.local.home.PrivateFile;
import ai.september.bap.local.process.Launcher;
import ai.september.bap.local.process.LogTail;
import ai.september.bap.local.process.LoopbackPort;
import ai.september.bap.local.process.ProcessEnd;
import ai.september.bap.local.process.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts, adopts and ends the one postmaster of a data folder. Only a process that is known to work in that folder is
 * ever touched.
 */
final class Postmaster {

    /** Replaying a long log after a crash takes its time. */
    private static final Duration START = Duration.ofMinutes(3);

    private static final Duration END = Duration.ofSeconds(10);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final int MOST_PORTS = 3;

    private final PostgresBinaries binaries;
    private final Unprivileged unprivileged;
    private final Launcher launcher;
    private final Path data;
    private final Path rememberedPort;
    private final Path log;

    Postmaster(PostgresBinaries binaries, Unprivileged unprivileged, Launcher launcher, Path data, Path log) {
        this.binaries = binaries;
        this.unprivileged = unprivileged;
        this.launcher = launcher;
        this.data = data;
        this.rememberedPort = data.resolveSibling("port");
        this.log = log;
    }

    /** A postmaster that is ready. */
    record Live(ProcessHandle process, int port) {}

    /** The one that an earlier run has left, when it lives and becomes ready; one that does not is ended. */
    Optional<Live> adopt() throws IOException, InterruptedException {
        Optional<ProcessHandle> process = running();
        Optional<Live> live = process.isPresent() ? awaitReady(process.get()) : Optional.empty();
        if (live.isEmpty()) {
            stop(END);
        }
        return live;
    }

    private Optional<ProcessHandle> running() throws IOException {
        return PostmasterFile.read(data).flatMap(file -> file.process(data));
    }

    /** Starts one, on the port of the last time if that is free; none may be running. */
    Live start() throws IOException, InterruptedException {
        clearTraces();
        for (int attempt = 1; ; attempt++) {
            int port = LoopbackPort.free(attempt == 1 ? lastPort() : 0);
            LogTail tail = LogTail.of(log);
            try {
                Live live = startOn(port, tail);
                PrivateFile.write(rememberedPort, Integer.toString(port));
                return live;
            } catch (LocalException e) {
                // Between looking for a free port and listening on it, somebody else may have taken it.
                if (attempt == MOST_PORTS || !tail.text().contains("could not bind")) {
                    throw e;
                }
            }
        }
    }

    /** Starts one on the port that its clients know. */
    Live startAgain(int port) throws IOException, InterruptedException {
        clearTraces();
        return startOn(port, LogTail.of(log));
    }

    private int lastPort() throws IOException {
        String line = Files.exists(rememberedPort) ? PrivateFile.read(rememberedPort) : "";
        return line.matches("[0-9]{1,5}") ? Integer.parseInt(line) : 0;
    }

    /**
     * A killed postmaster's children notice and end; until then a new one must not start. And a stale pid file would
     * stop it when that pid belongs to any other process by now.
     */
    private void clearTraces() throws IOException {
        List<ProcessHandle> orphans =
                ProcessTable.workingIn(data).filter(PostmasterFile::isPostgres).toList();
        for (ProcessHandle orphan : orphans) {
            if (!ProcessEnd.await(orphan, END)) {
                ProcessEnd.kill(orphan);
            }
        }
        Files.deleteIfExists(PostmasterFile.path(data));
    }

    private Live startOn(int port, LogTail tail) throws IOException, InterruptedException {
        List<String> arguments = List.of(
                "-D",
                data.toString(),
                "-c",
                "port=" + port,
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=");
        Process process = launcher.launch(unprivileged.command(binaries.program("postgres"), arguments), data, log);
        try {
            return awaitReady(process.toHandle())
                    .orElseThrow(() -> new LocalException(
                            ExitCode.PART_FAILED,
                            "PostgreSQL did not start: " + tail.reason() + " (log: " + tail.log() + ")"));
        } catch (InterruptedException | LocalException | IOException e) {
            ProcessEnd.end(process.toHandle(), Duration.ofSeconds(5));
            throw e;
        }
    }

    /** Empty when it ends, or is about to. */
    private Optional<Live> awaitReady(ProcessHandle process) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < deadline && ProcessTable.isAlive(process)) {
            Optional<PostmasterFile> file = PostmasterFile.read(data).filter(f -> f.pid() == process.pid());
            if (file.isPresent() && file.get().isReady()) {
                return Optional.of(new Live(process, file.get().port()));
            }
            if (file.isPresent() && file.get().isStopping()) {
                return Optional.empty();
            }
            Thread.sleep(LOOK_AGAIN.toMillis());
        }
        return Optional.empty();
    }

    /**
     * Ends the running one, if any: sessions are closed and the log is flushed; by force after the grace, which costs
     * the next start a replay but no commit. An interrupt cuts the grace short.
     */
    void stop(Duration grace) throws IOException {
        Optional<ProcessHandle> process = running();
        if (process.isPresent()) {
            boolean hurried = Thread.interrupted();
            if (hurried || grace.isZero() || !ended(process.get(), "fast", grace)) {
                if (!ended(process.get(), "immediate", Duration.ofSeconds(5))) {
                    ProcessEnd.kill(process.get());
                }
            }
        }
    }

    private boolean ended(ProcessHandle process, String mode, Duration grace) throws IOException {
        List<String> command = new ArrayList<>(
                unprivileged.command(binaries.program("pg_ctl"), List.of("stop", "-D", data.toString())));
        command.addAll(List.of("-m", mode, "--no-wait"));
        launcher.launch(command, data.resolveSibling(""), log);
        return ProcessEnd.await(process, grace);
    }
}
