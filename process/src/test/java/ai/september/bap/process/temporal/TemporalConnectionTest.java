package ai.september.bap.process.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.InvalidConfigurationException;
import ai.september.bap.process.configuration.Secret;
import ai.september.bap.process.configuration.TemporalSettings;
import ai.september.bap.process.configuration.TemporalTls;
import ai.september.bap.process.traces.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.temporal.testserver.TestServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporalConnectionTest {

    private static final Duration RETENTION = Duration.ofDays(3);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void nothingIsAbsentWhenServerAndNamespaceAnswer() throws IOException {
        int port = unusedPort();
        try (TestServer.PortBoundTestServer server = TestServer.createPortBoundServer(port);
                TemporalConnection connection = open("127.0.0.1:" + port)) {
            assertThat(server).isNotNull();
            assertThat(connection.absence()).isEmpty();
            assertThat(connection.client().getOptions().getNamespace()).isEqualTo("bap");
            assertThat(connection.client().getOptions().getIdentity()).startsWith("api:");
        }
    }

    @Test
    void opensAtOnceWithoutAServerAndSaysThatItIsAbsent() throws IOException {
        Instant start = Instant.now();
        try (TemporalConnection connection = open("127.0.0.1:" + unusedPort())) {
            assertThat(connection.absence())
                    .hasValueSatisfying(reason -> assertThat(reason).contains("bap"));
        }
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void gaveUpACallOfTheApiAfterSeconds() throws IOException {
        Instant start = Instant.now();
        try (TemporalConnection connection = open("127.0.0.1:" + unusedPort())) {
            assertThatThrownBy(() -> connection
                            .client()
                            .newUntypedWorkflowStub("engine/1")
                            .cancel())
                    .isInstanceOf(RuntimeException.class);
        }
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void refusesAnUnusableCertificateAsAConfigurationProblem(@TempDir Path folder) throws IOException {
        Path pem = Files.writeString(folder.resolve("ca.pem"), "not a certificate");
        TemporalTls tls = new TemporalTls(true, Optional.of(pem), Optional.of(pem), Optional.of(pem), Optional.empty());

        assertThatThrownBy(() -> TemporalConnection.open(
                        new TemporalSettings("127.0.0.1:1", "bap", RETENTION, tls, Optional.empty()),
                        Role.API,
                        meters,
                        Tracing.off()))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("TEMPORAL_TLS");
    }

    @Test
    void anApiKeyImpliesEncryption() {
        TemporalSettings settings = new TemporalSettings(
                "127.0.0.1:1", "bap", RETENTION, TemporalTls.off(), Optional.of(new Secret("key")));

        assertThat(settings.isEncrypted()).isTrue();
        TemporalConnection.open(settings, Role.WORKER, meters, Tracing.off()).close();
    }

    private TemporalConnection open(String address) {
        return TemporalConnection.open(
                new TemporalSettings(address, "bap", RETENTION, TemporalTls.off(), Optional.empty()),
                Role.API,
                meters,
                Tracing.off());
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
