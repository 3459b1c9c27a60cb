package ai.september.bap.process.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.Secret;
import ai.september.bap.process.configuration.TemporalSettings;
import ai.september.bap.process.configuration.TemporalTls;
import ai.september.bap.process.traces.Tracing;
import ai.september.bap.testing.temporal.Authority;
import ai.september.bap.testing.temporal.TemporalGate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.temporal.testserver.TestServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.AbstractStringAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Temporal behind TLS, client certificates, keys and refusals: it works, or one line says which setting to look at. */
@Timeout(120)
class TemporalGateTest {

    private static final String KEY = "tmprl-the-right-one";
    private static final String NAME = "temporal.example";

    @TempDir
    static Path folder;

    private static TestServer.PortBoundTestServer temporal;
    private static String address;
    private static Authority ours;
    private static Authority strange;
    private static Authority.Issued onLoopback;
    private static Authority.Issued named;

    @BeforeAll
    static void open() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        temporal = TestServer.createPortBoundServer(port);
        address = "127.0.0.1:" + port;
        ours = Authority.in(folder, "ours");
        strange = Authority.in(folder, "strange");
        onLoopback = ours.server("loopback", "ip:127.0.0.1");
        named = ours.server("named", "dns:" + NAME);
    }

    @AfterAll
    static void close() throws IOException {
        temporal.close();
    }

    @Test
    void aServerOfAnAuthorityThatWeTrust() throws Exception {
        try (TemporalGate gate =
                TemporalGate.before(address).certificate(onLoopback).open()) {
            assertThat(absence(gate, trusting(ours))).isEmpty();
        }
    }

    @Test
    void aServerOfAnotherAuthority() throws Exception {
        try (TemporalGate gate =
                TemporalGate.before(address).certificate(onLoopback).open()) {
            assertLine(absence(gate, trusting(strange)), "not one to trust", "TEMPORAL_TLS_SERVER_CA_CERT_PATH");
            assertLine(absence(gate, tls(null, null, null)), "not one to trust", "TEMPORAL_TLS_SERVER_CA_CERT_PATH");
        }
    }

    @Test
    void aServerOfAnotherName() throws Exception {
        try (TemporalGate gate = TemporalGate.before(address).certificate(named).open()) {
            assertLine(absence(gate, trusting(ours)), "another name", "TEMPORAL_TLS_SERVER_NAME");
            assertThat(absence(gate, tls(ours.certificate(), null, NAME))).isEmpty();
        }
    }

    @Test
    void aServerThatWantsACertificateOfOurs() throws Exception {
        try (TemporalGate gate = TemporalGate.before(address)
                .certificate(onLoopback)
                .clientsOf(ours.certificate())
                .open()) {
            assertThat(absence(gate, tls(ours.certificate(), ours.client("us"), null)))
                    .isEmpty();
            assertLine(absence(gate, trusting(ours)), "our certificate", "TEMPORAL_TLS_CLIENT_CERT_PATH");
            assertLine(
                    absence(gate, tls(ours.certificate(), strange.client("them"), null)),
                    "our certificate",
                    "TEMPORAL_TLS_CLIENT_CERT_PATH");
        }
    }

    @Test
    void tlsOnOneSideOnly() throws Exception {
        try (TemporalGate plain = TemporalGate.before(address).open();
                TemporalGate encrypted =
                        TemporalGate.before(address).certificate(onLoopback).open()) {
            assertLine(absence(plain, trusting(ours)), "does not speak TLS", "TEMPORAL_ADDRESS");
            assertLine(absence(encrypted, TemporalTls.off()), "TEMPORAL_TLS");
        }
    }

    @Test
    void anApiKeyGoesWithEveryCall() throws Exception {
        try (TemporalGate gate =
                TemporalGate.before(address).certificate(onLoopback).apiKey(KEY).open()) {
            assertThat(absence(gate, trusting(ours), Optional.of(KEY))).isEmpty();
            assertThat(gate.namespaces()).contains("bap");
            assertLine(absence(gate, trusting(ours), Optional.of("tmprl-another")), "TEMPORAL_API_KEY")
                    .doesNotContain("tmprl-another");
            assertLine(absence(gate, trusting(ours)), "TEMPORAL_API_KEY");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DescribeNamespace", "AddSearchAttributes", "DescribeWorkflowExecution"})
    void whatAServerForbidsIsDoneWithout(String method) throws Exception {
        try (TemporalGate gate = TemporalGate.before(address).refusing(method).open()) {
            assertThat(absence(gate, TemporalTls.off())).isEmpty();
        }
    }

    private static Optional<String> absence(TemporalGate gate, TemporalTls tls) {
        return absence(gate, tls, Optional.empty());
    }

    private static Optional<String> absence(TemporalGate gate, TemporalTls tls, Optional<String> key) {
        TemporalSettings settings =
                new TemporalSettings(gate.address(), "bap", Duration.ofDays(3), tls, key.map(Secret::new));
        try (TemporalConnection connection =
                TemporalConnection.open(settings, Role.WORKER, new SimpleMeterRegistry(), Tracing.off())) {
            Optional<String> unprepared = connection.prepare();
            assertThat(connection.absence()).isEqualTo(unprepared);
            return unprepared;
        }
    }

    private static AbstractStringAssert<?> assertLine(Optional<String> absence, String... parts) {
        return assertThat(absence.orElse("nothing"))
                .startsWith("namespace bap: ")
                .contains(parts)
                .doesNotContain("\n")
                .hasSizeLessThan(300);
    }

    private static TemporalTls trusting(Authority authority) throws Exception {
        return tls(authority.certificate(), null, null);
    }

    private static TemporalTls tls(
            @Nullable Path authority, Authority.@Nullable Issued client, @Nullable String serverName) {
        return new TemporalTls(
                true,
                Optional.ofNullable(authority),
                Optional.ofNullable(client).map(Authority.Issued::certificate),
                Optional.ofNullable(client).map(Authority.Issued::key),
                Optional.ofNullable(serverName));
    }
}
