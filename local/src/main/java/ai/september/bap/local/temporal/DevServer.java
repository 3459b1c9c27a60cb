package ai.september.bap.local.temporal;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.local.process.Launcher;
import ai.september.bap.local.process.LogTail;
import ai.september.bap.local.process.LoopbackPort;
import ai.september.bap.local.process.ProcessEnd;
import ai.september.bap.local.process.ProcessTable;
import ai.september.bap.local.process.Watch;
import ai.september.bap.local.stage.Reporter;
import ai.september.bap.local.stage.Running;
import ai.september.bap.local.stage.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * The real Temporal server with its UI: {@code temporal server start-dev} as a child process, its history in one file.
 * A healthy one that an earlier run has left is adopted, any other is ended.
 */
final class DevServer implements Stage {

    private static final int USUAL_PORT = 7233;
    private static final int USUAL_UI_PORT = 8233;
    private static final int MOST_PORTS = 3;
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration END = Duration.ofSeconds(5);

    private final Path program;
    private final Path database;
    private final Path log;

    DevServer(Path program, Path database, Path log) {
        this.program = program;
        this.database = database;
        this.log = log;
    }

    private record Live(ProcessHandle process, DevServerCommand command, boolean adopted) {}

    @Override
    public String name() {
        return "Temporal";
    }

    @Override
    public Running start(Map<String, String> environment, Reporter reporter) throws InterruptedException {
        Launcher launcher = new Launcher(environment);
        Optional<Live> adopted = adopt();
        if (adopted.isEmpty()) {
            new Leftovers(database).end();
            reporter.progress("starting the dev server (" + program + ")");
        }
        return running(adopted.isPresent() ? adopted.get() : launch(launcher), launcher, reporter);
    }

    private Running running(Live live, Launcher launcher, Reporter reporter) {
        Watch watch = new Watch(
                name(),
                live.process(),
                reporter,
                () -> launch(live.command(), launcher).process(),
                InstantSource.system());
        String summary = "dev server on " + live.command().address()
                + (live.adopted() ? " (real server, still running from before)" : " (real server)");
        return new Running(
                summary,
                Map.of("TEMPORAL_ADDRESS", live.command().address(), "TEMPORAL_NAMESPACE", "default"),
                Map.of("Temporal UI", live.command().uiAddress()),
                grace -> stop(watch, grace));
    }

    private Optional<Live> adopt() throws InterruptedException {
        for (ProcessHandle server : new Leftovers(database).find()) {
            Optional<DevServerCommand> command = DevServerCommand.of(server, database);
            if (command.isPresent() && TemporalHealth.await(command.get().address(), ANSWER, server::isAlive)) {
                return Optional.of(new Live(server, command.get(), true));
            }
        }
        return Optional.empty();
    }

    private Live launch(Launcher launcher) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            boolean usual = attempt == 1;
            DevServerCommand command = new DevServerCommand(
                    LoopbackPort.free(usual ? USUAL_PORT : 0), LoopbackPort.free(usual ? USUAL_UI_PORT : 0), database);
            try {
                return launch(command, launcher);
            } catch (PortTakenMeanwhile e) {
                if (attempt == MOST_PORTS) {
                    throw new LocalException(ExitCode.PART_FAILED, "Temporal found no free port: " + e.getMessage(), e);
                }
            }
        }
    }

    private Live launch(DevServerCommand command, Launcher launcher) throws InterruptedException {
        Process process;
        LogTail tail;
        try {
            tail = LogTail.of(log);
            process = launcher.launch(command.of(program), database.resolveSibling(""), log);
        } catch (IOException e) {
            throw new LocalException(ExitCode.PART_FAILED, "Cannot run " + program + " (" + e.getMessage() + ").", e);
        }
        boolean healthy = false;
        try {
            healthy = TemporalHealth.await(command.address(), START, process::isAlive);
        } finally {
            if (!healthy) {
                ProcessEnd.end(process.toHandle(), END);
            }
        }
        if (!healthy) {
            throw failure(tail);
        }
        return new Live(process.toHandle(), command, false);
    }

    private RuntimeException failure(LogTail tail) {
        if (tail.text().contains("address already in use")) {
            return new PortTakenMeanwhile(tail.reason());
        }
        return new LocalException(
                ExitCode.PART_FAILED,
                "Temporal's dev server did not start: " + tail.reason() + " (log: " + tail.log()
                        + "). If its database is broken, remove " + database
                        + ": operations under way are taken up again from PostgreSQL.");
    }

    private void stop(Watch watch, Duration grace) {
        watch.close();
        if (ProcessTable.isAlive(watch.server())) {
            ProcessEnd.end(watch.server(), grace);
        }
    }

    private static final class PortTakenMeanwhile extends RuntimeException {
        PortTakenMeanwhile(String message) {
            super(message);
        }
    }
}
