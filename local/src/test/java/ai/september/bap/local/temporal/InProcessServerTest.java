package ai.september.bap.local.temporal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.local.home.BapHome;
import ai.september.bap.local.process.LoopbackPort;
import ai.september.bap.local.stage.RecordingReporter;
import ai.september.bap.local.stage.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InProcessServerTest {

    @TempDir
    private Path parent;

    @Test
    void servesWithoutATemporalProgramAndSaysSo() throws Exception {
        try (BapHome home = BapHome.open(parent.resolve("home"))) {
            RecordingReporter reporter = new RecordingReporter();
            Running running = new TemporalChoice(home).start(Map.of("PATH", "/nowhere"), reporter);
            String address = requireNonNull(running.environment().get("TEMPORAL_ADDRESS"));

            try (WorkflowProbe probe = new WorkflowProbe(address)) {
                probe.start("one");
                assertThat(probe.isRunning("one")).isTrue();
            }

            assertThat(address).startsWith("127.0.0.1:");
            assertThat(reporter.awaitNotice()).contains("no UI").contains("history is lost at exit");
            running.stop().within(Duration.ofSeconds(10));
            assertThat(LoopbackPort.isFree(Integer.parseInt(address.substring(address.indexOf(':') + 1))))
                    .isTrue();
        }
    }
}
