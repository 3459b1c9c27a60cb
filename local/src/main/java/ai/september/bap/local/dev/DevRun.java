package ai.september.bap.local.dev;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.local.Versions;
import ai.september.bap.local.home.BapHome;
import ai.september.bap.local.home.MasterKeyFile;
import ai.september.bap.local.postgres.DatabaseChoice;
import ai.september.bap.local.postgres.EmbeddedPostgres;
import ai.september.bap.local.stage.Stage;
import ai.september.bap.local.temporal.TemporalChoice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * One {@code ./bap dev}, from the look at the state folder to the last process that ends. The composition root: what it
 * is made of stands in {@link #stages}.
 */
final class DevRun {

    private final Map<String, String> given;
    private final Path repository;
    private final Versions versions;
    private final Console console;
    private final StopRequest stop;

    DevRun(Map<String, String> given, Path repository, Versions versions, Console console, StopRequest stop) {
        this.given = given;
        this.repository = repository;
        this.versions = versions;
        this.console = console;
        this.stop = stop;
    }

    /**
     * Runs until the stop is requested.
     *
     * @throws LocalException with the line to show, after everything that was started has ended again
     */
    ExitCode run() {
        DevPorts ports = DevPorts.of(given);
        console.title("bap-engine " + versions.bap() + " on this machine");
        try (BapHome home = BapHome.open(folder())) {
            DevLog.to(home.log("orchestrator"), given);
            ports.requireFree();
            console.line("State folder", home.folder().toString());
            run(home, ports);
        }
        console.title("Stopped.");
        return stop.exitCode();
    }

    private Path folder() {
        String variable = given.getOrDefault("BAP_HOME", "");
        return variable.isBlank()
                ? repository.resolve(".bap")
                : Path.of(variable).toAbsolutePath();
    }

    private void run(BapHome home, DevPorts ports) {
        DevEnvironment environment = DevEnvironment.of(given, home.folder(), repository);
        Map<String, String> variables = environment.withMasterKey(masterKey(home, environment));
        environment.notices().forEach(notice -> console.line("Provider", notice));
        ServerStart.requireValid(variables);
        StageStack stack = new StageStack(console, stop);
        long began = System.nanoTime();
        try {
            Map<String, String> addresses = stack.start(stages(home, ports), variables);
            announce(Duration.ofNanos(System.nanoTime() - began), addresses, environment, home, ports);
            stop.await();
        } catch (InterruptedException stopWhileStarting) {
            LoggerFactory.getLogger(DevRun.class).info("told to stop while starting");
        } catch (RuntimeException e) {
            if (!stop.isMade()) {
                throw e;
            }
            LoggerFactory.getLogger(DevRun.class).info("a part failed to start because it was told to stop", e);
        } finally {
            console.title("Stopping; Ctrl-C once more hurries.");
            stack.stop(environment.partsGrace());
        }
    }

    private static String masterKey(BapHome home, DevEnvironment environment) {
        return environment.hasMasterKey() ? "" : new MasterKeyFile(home).obtain(EmbeddedPostgres.existsIn(home));
    }

    /** In the order of the start. */
    private List<Stage> stages(BapHome home, DevPorts ports) {
        return List.of(
                new DatabaseChoice(home, versions.postgres()),
                new TemporalChoice(home),
                new WorkerStage(ports.workerAdmin()),
                new ApiStage(ports.apiAdmin()));
    }

    private void announce(
            Duration took, Map<String, String> addresses, DevEnvironment environment, BapHome home, DevPorts ports) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("API", "http://127.0.0.1:" + ports.api());
        facts.putAll(addresses);
        facts.put(
                "Admin key",
                environment.hasDefaultAdminKey()
                        ? DevEnvironment.DEFAULT_ADMIN_KEY
                        : "yours, in ORCH_ADMIN_KEY or ORCH_ADMIN_KEYS");
        facts.put("State folder", home.folder() + " (remove it for a factory reset)");
        facts.put("Logs", home.logs().toString());
        facts.put("To stop", "Ctrl-C");
        console.ready(took, facts, firstCommand(environment, ports));
    }

    private static String firstCommand(DevEnvironment environment, DevPorts ports) {
        String key = environment.hasDefaultAdminKey() ? DevEnvironment.DEFAULT_ADMIN_KEY : "$ORCH_ADMIN_KEY";
        return """
                curl -X POST http://127.0.0.1:%d/products/register \\
                  -H "X-Admin-Key: %s" -H "Content-Type: application/json" \\
                  -d '{"slug": "demo", "display_name": "Demo product"}'""".formatted(ports.api(), key);
    }
}
