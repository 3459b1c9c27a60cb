package ai.september.bap.local.dev;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.local.stage.Reporter;
import ai.september.bap.local.stage.Running;
import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.ConfigurationLoader;
import ai.september.bap.process.configuration.InvalidConfigurationException;
import ai.september.bap.process.configuration.OrchestratorConfiguration;
import ai.september.bap.process.server.RunningServer;
import ai.september.bap.registry.database.DatabaseTooNewException;
import io.dropwizard.core.Application;
import java.util.HashMap;
import java.util.Map;

/** Starts one of the orchestrator's processes inside this JVM, with the same configuration it reads elsewhere. */
final class ServerStart {

    private static final String DATABASE = "ORCH_DATABASE_URL";

    /** Stands for the embedded one until it has an address. */
    private static final String SOME_DATABASE = "postgresql://user:password@127.0.0.1:5432/database";

    private ServerStart() {}

    /**
     * Makes sure, before anything starts, that the variables suffice once the database is there.
     *
     * @throws LocalException if they do not
     */
    static void requireValid(Map<String, String> environment) {
        Map<String, String> variables = new HashMap<>(environment);
        variables.merge(DATABASE, SOME_DATABASE, (given, some) -> given.isBlank() ? some : given);
        for (Role role : new Role[] {Role.WORKER, Role.API}) {
            OrchestratorConfiguration unusedUntilItStarts = configuration(role, variables);
        }
    }

    private static OrchestratorConfiguration configuration(Role role, Map<String, String> variables) {
        try {
            return ConfigurationLoader.load(role, variables);
        } catch (InvalidConfigurationException invalid) {
            throw invalid(invalid);
        }
    }

    private static LocalException invalid(InvalidConfigurationException invalid) {
        return new LocalException(ExitCode.INVALID_USAGE, String.join(" ", invalid.problems()), invalid);
    }

    static Running start(
            Role role,
            Application<OrchestratorConfiguration> application,
            Map<String, String> environment,
            int adminPort,
            Reporter reporter)
            throws InterruptedException {
        Map<String, String> variables = new HashMap<>(environment);
        variables.put(DevPorts.ADMIN, Integer.toString(adminPort));
        OrchestratorConfiguration configuration = configuration(role, variables);
        try (WaitingNotices notices = WaitingNotices.to(reporter)) {
            RunningServer server = RunningServer.start(application, configuration);
            return new Running(
                    "metrics on http://127.0.0.1:" + server.adminPort() + "/prometheus",
                    Map.of(),
                    Map.of(),
                    new ServerStop(server::close));
        } catch (InvalidConfigurationException invalid) {
            throw invalid(invalid);
        } catch (DatabaseTooNewException tooNew) {
            throw new LocalException(
                    ExitCode.HOME_TOO_NEW,
                    "The state was written by a newer bap-engine (" + tooNew.getMessage()
                            + "), or set BAP_HOME to another folder.",
                    tooNew);
        } catch (InterruptedException stop) {
            throw stop;
        } catch (Exception failed) {
            throw new LocalException(
                    ExitCode.PART_FAILED, "The " + role.label() + " did not start: " + failed.getMessage(), failed);
        }
    }
}
