package ai.september.bap.local.process;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProcessEndTest {

    private @Nullable Process running;

    @AfterEach
    void kill() {
        requireNonNull(running).destroyForcibly();
    }

    @Test
    void asksFirst() throws Exception {
        Process process = shell("trap 'exit 0' TERM; echo ready; while :; do sleep 0.01; done");

        assertThat(ProcessEnd.end(process.toHandle(), Duration.ofMinutes(1))).isTrue();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void killsWhatDoesNotListen() throws Exception {
        Process process = shell("trap '' TERM; echo ready; while :; do sleep 0.01; done");

        assertThat(ProcessEnd.end(process.toHandle(), Duration.ofMillis(50))).isFalse();
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void killsAtOnceWhenInterruptedAndConsumesTheInterrupt() throws Exception {
        Process process = shell("trap '' TERM; echo ready; while :; do sleep 0.01; done");
        Thread.currentThread().interrupt();

        assertThat(ProcessEnd.end(process.toHandle(), Duration.ofMinutes(10))).isFalse();

        assertThat(process.isAlive()).isFalse();
        assertThat(Thread.interrupted()).isFalse();
    }

    private Process shell(String script) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", script).start();
        running = process;
        BufferedReader output = process.inputReader();
        assertThat(output.readLine()).isEqualTo("ready");
        return process;
    }
}
