package ai.september.bap.local.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.local.process.LoopbackPort;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DevPortsTest {

    @Test
    void areTheUsualOnesUnlessSet() {
        assertThat(DevPorts.of(Map.of())).isEqualTo(new DevPorts(8000, 8081, 8082));
        assertThat(DevPorts.of(Map.of("ORCH_API_PORT", "9", "ORCH_ADMIN_PORT", "20")))
                .isEqualTo(new DevPorts(9, 20, 21));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "http", "65535", "99999", "8000 8001"})
    void mustBeNumbers(String port) {
        assertThatExceptionOfType(LocalException.class)
                .isThrownBy(() -> DevPorts.of(Map.of("ORCH_API_PORT", port)))
                .withMessageStartingWith("ORCH_API_PORT must be a port number")
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INVALID_USAGE));
    }

    @ParameterizedTest
    @CsvSource({"8081,", "8082,", ",8000", ",7999", "20,20", "21,20"})
    void mustDifferFromEachOther(@Nullable String api, @Nullable String admin) {
        Map<String, String> environment = new HashMap<>();
        environment.put("ORCH_API_PORT", api == null ? "" : api);
        environment.put("ORCH_ADMIN_PORT", admin == null ? "" : admin);

        assertThatExceptionOfType(LocalException.class)
                .isThrownBy(() -> DevPorts.of(environment))
                .withMessageContainingAll("ORCH_API_PORT is ", " and ORCH_ADMIN_PORT is ", "set one of them")
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INVALID_USAGE));
    }

    @Test
    void mustBeFreeOrTheRefusalNamesWhoHoldsThem() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            DevPorts ports = new DevPorts(taken.getLocalPort(), LoopbackPort.free(0), LoopbackPort.free(0));

            assertThatExceptionOfType(LocalException.class)
                    .isThrownBy(ports::requireFree)
                    .withMessageContaining("Port " + taken.getLocalPort() + " (ORCH_API_PORT) is in use by java (pid "
                            + ProcessHandle.current().pid() + ")")
                    .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.PORT_IN_USE));
        }
    }
}
