package ai.september.bap.process;

import ai.september.bap.process.configuration.OrchestratorConfiguration;
import ai.september.bap.process.logging.LogContext;
import ai.september.bap.process.metrics.ProcessMetrics;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker without work, to be started as a process of its own. */
final class ProbeProcess extends Application<OrchestratorConfiguration> {

    static final String ID = "00000000-0000-0000-0000-000000000007";

    private static final Logger LOG = LoggerFactory.getLogger(ProbeProcess.class);

    public static void main(String[] arguments) {
        ProcessMain.run(Role.WORKER, arguments, ProbeProcess::new);
    }

    @Override
    public void run(OrchestratorConfiguration configuration, Environment environment) {
        new ProcessMetrics(Role.WORKER).serve(environment);
        environment.lifecycle().manage(new Managed() {
            @Override
            public void stop() {
                LOG.info("managed object stopped");
            }
        });
        UUID id = UUID.fromString(ID);
        LogContext.of(new OperationId(id), new EngineId(id)).run(() -> LOG.info("within an operation"));
        LOG.info("outside of an operation");
    }
}
