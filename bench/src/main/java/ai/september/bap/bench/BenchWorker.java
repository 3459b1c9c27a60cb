package ai.september.bap.bench;

import ai.september.bap.process.configuration.OrchestratorConfiguration;
import ai.september.bap.process.temporal.TemporalConnection;
import ai.september.bap.registry.database.RegistryJdbi;
import ai.september.bap.worker.WorkerApplication;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.ManagedDataSource;
import io.temporal.client.WorkflowClient;
import java.util.Objects;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The worker, with a way to what it has opened. */
final class BenchWorker extends Application<OrchestratorConfiguration> {

    private final WorkerApplication worker;
    private @Nullable Environment environment;

    BenchWorker(WorkerApplication worker) {
        this.worker = worker;
    }

    @Override
    public String getName() {
        return worker.getName();
    }

    @Override
    public void run(OrchestratorConfiguration configuration, Environment environment) throws InterruptedException {
        worker.run(configuration, environment);
        this.environment = environment;
    }

    /** The client that its workers are made from. */
    WorkflowClient client() {
        return Opened.find(opened(), TemporalConnection.class).client();
    }

    /** The registry, over its pool. */
    Jdbi jdbi() {
        return RegistryJdbi.create(Opened.find(opened(), ManagedDataSource.class));
    }

    private Environment opened() {
        return Objects.requireNonNull(environment, "running");
    }
}
