package ai.september.bap.local.postgres;

import ai.september.bap.local.Versions;
import ai.september.bap.local.home.BapHome;
import ai.september.bap.local.stage.RecordingReporter;
import ai.september.bap.local.stage.Running;
import java.nio.file.Path;

/** Starts the embedded PostgreSQL of a state folder, prints its URL, and waits to be killed. */
final class PostgresInAnotherJvm {

    private PostgresInAnotherJvm() {}

    public static void main(String[] arguments) throws InterruptedException {
        BapHome home = BapHome.open(Path.of(arguments[0]));
        Running running = new EmbeddedPostgres(home, Versions.ofThisBuild().postgres())
                .start(System.getenv(), new RecordingReporter());
        System.out.println(running.environment().get("ORCH_DATABASE_URL"));
        Thread.currentThread().join();
    }
}
