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

    private ServerStart() {}

    static Running start(
            Role role,
            Application<OrchestratorConfiguration> application,
            Map<String, String> environment,
            int adminPort,
            Reporter reporter)
            throws InterruptedException {
        Map<String, String> variables = new HashMap<>(environment);
        variables.put(DevPorts.ADMIN, Integer.toString(adminPort));
        try (WaitingNotices notices = WaitingNotices.to(reporter)) {
            RunningServer server = RunningServer.start(application, ConfigurationLoader.load(role, variables));
            return new Running(
                    "metrics on http://127.0.0.1:" + server.adminPort() + "/prometheus",
                    Map.of(),
                    Map.of(),
                    new ServerStop(server::close));
        } catch (InvalidConfigurationException invalid) {
            throw new LocalException(ExitCode.INVALID_USAGE, String.join(" ", invalid.problems()), invalid);
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
