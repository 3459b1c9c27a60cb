package ai.september.bap.api;

import ai.september.bap.process.Prerequisites;
import ai.september.bap.process.temporal.TemporalConnection;
import ai.september.bap.registry.database.Migrations;
import io.dropwizard.core.setup.Environment;

/** The health checks on the API's admin port. */
final class HealthChecks {

    private HealthChecks() {}

    static void register(Environment environment, Migrations migrations, TemporalConnection temporal) {
        environment.healthChecks().register("postgresql", Prerequisites.check(migrations::connectionProblem));
        environment.healthChecks().register("temporal", Prerequisites.check(temporal::absence));
    }
}
