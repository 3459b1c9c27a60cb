package ai.september.bap.local.postgres;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.local.home.BapHome;
import ai.september.bap.local.process.ProcessEnd;
import ai.september.bap.local.stage.Reporter;
import ai.september.bap.local.stage.Running;
import ai.september.bap.local.stage.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The database of {@code ./bap dev}: the one that {@code ORCH_DATABASE_URL} names, else the embedded one. */
public final class DatabaseChoice implements Stage {

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final BapHome home;
    private final String version;

    /**
     * @param version of the embedded PostgreSQL's binaries
     */
    public DatabaseChoice(BapHome home, String version) {
        this.home = home;
        this.version = version;
    }

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public Running start(Map<String, String> environment, Reporter reporter) throws InterruptedException {
        if (environment.getOrDefault("ORCH_DATABASE_URL", "").isBlank()) {
            return new EmbeddedPostgres(home, version).start(environment, reporter);
        }
        endLeftover(EmbeddedPostgres.data(home));
        return Running.elsewhere("the one that ORCH_DATABASE_URL names");
    }

    /** An embedded one that an earlier run has left is not needed now. */
    private static void endLeftover(Path data) {
        try {
            PostmasterFile.read(data)
                    .flatMap(file -> file.process(data))
                    .ifPresent(postmaster -> ProcessEnd.end(postmaster, GRACE));
        } catch (IOException e) {
            throw new LocalException(ExitCode.HOME_BROKEN, "Cannot read " + PostmasterFile.path(data) + ".", e);
        }
    }
}
