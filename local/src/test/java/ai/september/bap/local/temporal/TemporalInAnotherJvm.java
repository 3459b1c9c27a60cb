package ai.september.bap.local.temporal;

import ai.september.bap.local.home.BapHome;
import ai.september.bap.local.stage.RecordingReporter;
import ai.september.bap.local.stage.Running;
import java.nio.file.Path;

/** Starts the Temporal of a state folder, prints its address, and waits to be killed. */
final class TemporalInAnotherJvm {

    private TemporalInAnotherJvm() {}

    public static void main(String[] arguments) throws InterruptedException {
        BapHome home = BapHome.open(Path.of(arguments[0]));
        Running running = new TemporalChoice(home).start(System.getenv(), new RecordingReporter());
        System.out.println(running.environment().get("TEMPORAL_ADDRESS"));
        Thread.currentThread().join();
    }
}
