package ai.september.bap.activities.subprocess;

import ai.september.bap.activities.container.ContainerSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the engine's program for a container. Thread-safe for different containers. */
final class EngineRuns {

    private final SubprocessSettings settings;
    private final EngineEnvironment environment;
    private final Launcher launcher;
    private final LogSweeper sweeper;

    EngineRuns(SubprocessSettings settings, Launcher launcher, LogSweeper sweeper) {
        this.settings = settings;
        this.environment = new EngineEnvironment(settings.passthrough());
        this.launcher = launcher;
        this.sweeper = sweeper;
    }

    /** Starts the program to serve or to migrate; the launch that names the process. */
    Launch start(ContainerFolder container, ContainerSpec spec, Launch.Kind kind, Path brain)
            throws IOException, InterruptedException {
        container.prepare(settings.catalog());
        OutputLog output = container.output(settings.logs());
        output.open();
        sweeper.watch(output);
        Launch launch = container.newLaunch(kind);
        launcher.start(launch, command(kind), environment.of(container, spec, brain), container.home(), output.file());
        return launch;
    }

    private List<String> command(Launch.Kind kind) {
        EngineProgram program = settings.program();
        List<String> command = new ArrayList<>();
        command.add(program.executable().toString());
        command.addAll(kind == Launch.Kind.SERVE ? program.serveArguments() : program.migrateArguments());
        return command;
    }
}
