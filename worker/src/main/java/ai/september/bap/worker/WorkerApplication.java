package ai.september.bap.worker;

import ai.september.bap.process.configuration.EngineBackend;
import ai.september.bap.process.configuration.EngineSettings;
import ai.september.bap.process.configuration.OrchestratorConfiguration;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.AutoCloseableManager;
import java.util.Map;

/**
 * The worker as a Dropwizard application: its admin port shows health and metrics, its internal one the output of engines to
 * the APIs.
 */
public final class WorkerApplication extends Application<OrchestratorConfiguration> {

    private final Map<String, String> variables;
    private final EnginesAtEnd enginesAtEnd;

    /** A worker whose engines get what they are to get from this process's environment. */
    public WorkerApplication() {
        this(System.getenv(), EnginesAtEnd.LEAVE);
    }

    /** A worker whose engines get what they are to get from {@code variables}. */
    public WorkerApplication(Map<String, String> variables, EnginesAtEnd enginesAtEnd) {
        this.variables = Map.copyOf(variables);
        this.enginesAtEnd = enginesAtEnd;
    }

    @Override
    public String getName() {
        return "bap-worker";
    }

    /** Waits for PostgreSQL, the container daemon and Temporal, then takes up work. What it manages stops in reverse order. */
    @Override
    public void run(OrchestratorConfiguration configuration, Environment environment) throws InterruptedException {
        EngineSettings engine = configuration.engine();
        if (engine.backend() == EngineBackend.SUBPROCESS) {
            environment
                    .lifecycle()
                    .manage(new AutoCloseableManager(
                            FolderClaim.take(engine.subprocess().folder())));
        }
        WorkerParts parts = new WorkerParts(configuration, environment, variables);
        if (enginesAtEnd == EnginesAtEnd.STOP) {
            parts.stopEnginesAtEnd();
        }
        parts.takeUpWork();
    }
}
