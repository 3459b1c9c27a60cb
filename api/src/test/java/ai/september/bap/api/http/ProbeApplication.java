package ai.september.bap.api.http;

import ai.september.bap.process.configuration.OrchestratorConfiguration;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.micrometer.core.instrument.MeterRegistry;

/** The chassis with resources that only show what arrived. */
final class ProbeApplication extends Application<OrchestratorConfiguration> {

    private final MeterRegistry meters;

    ProbeApplication(MeterRegistry meters) {
        this.meters = meters;
    }

    @Override
    public void initialize(Bootstrap<OrchestratorConfiguration> bootstrap) {
        bootstrap.setObjectMapper(Json.forResponses());
    }

    @Override
    public void run(OrchestratorConfiguration configuration, Environment environment) {
        HttpChassis.install(configuration, environment, meters);
        environment.jersey().register(new ProbeEngines());
        environment
                .jersey()
                .register(new ProbeProducts(
                        new AdminAuthentication(configuration.keys().admin())));
        environment.jersey().register(new ProbeFaults());
        environment.jersey().register(new ProbeAnnotations());
        environment.jersey().register(new ProbeAnnotations.Writer());
    }
}
