package ai.september.bap.local.temporal;

import ai.september.bap.local.home.BapHome;
import ai.september.bap.local.process.SearchPath;
import ai.september.bap.local.stage.Reporter;
import ai.september.bap.local.stage.Running;
import ai.september.bap.local.stage.Stage;
import java.nio.file.Path;
import java.util.Map;

/**
 * The Temporal of {@code ./bap dev}: the one that {@code TEMPORAL_ADDRESS} names; else a dev server, where the program
 * {@code temporal} is on the {@code PATH}; else the test server in this JVM.
 */
public final class TemporalChoice implements Stage {

    private final BapHome home;

    public TemporalChoice(BapHome home) {
        this.home = home;
    }

    @Override
    public String name() {
        return "Temporal";
    }

    @Override
    public Running start(Map<String, String> environment, Reporter reporter) throws InterruptedException {
        Path database = home.folder().resolve("temporal.db");
        String given = environment.getOrDefault("TEMPORAL_ADDRESS", "");
        if (!given.isBlank()) {
            new Leftovers(database).end();
            return Running.elsewhere("at " + given + " (TEMPORAL_ADDRESS)");
        }
        return server(environment, database).start(environment, reporter);
    }

    private Stage server(Map<String, String> environment, Path database) {
        return SearchPath.of(environment)
                .find("temporal")
                .<Stage>map(program -> new DevServer(program, database, home.log("temporal")))
                .orElseGet(() -> {
                    new Leftovers(database).end();
                    return new InProcessServer();
                });
    }
}
