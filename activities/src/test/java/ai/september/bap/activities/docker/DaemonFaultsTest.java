package ai.september.bap.activities.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.exception.InternalServerErrorException;
import org.junit.jupiter.api.Test;

class DaemonFaultsTest {

    private static InternalServerErrorException said(String message) {
        return new InternalServerErrorException("{\"message\":\"" + message + "\"}\n");
    }

    @Test
    void aTaskThatACrashLeftIsToldFromANameThatIsTaken() {
        String id = "d905".repeat(16);

        assertThat(DaemonFaults.isHalfStarted(said("task " + id + ": already exists: unknown")))
                .as("what Docker 20.10 says after it was killed in the middle of a start")
                .isTrue();
        assertThat(DaemonFaults.isHalfStarted(said("network with name engine_net already exists")))
                .isFalse();
    }

    @Test
    void aPortOfSomebodyElsesIsKnownByTheTwoThingsThatTheDaemonSays() {
        assertThat(DaemonFaults.isPortTaken(said("Bind for 127.0.0.1:9001 failed: port is already allocated")))
                .isTrue();
        assertThat(DaemonFaults.isPortTaken(said("listen tcp4 127.0.0.1:9001: bind: address already in use")))
                .isTrue();
        assertThat(DaemonFaults.isPortTaken(said("no space left on device"))).isFalse();
    }
}
