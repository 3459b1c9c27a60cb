package ai.september.bap.local.processes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.blackbox.Product;
import ai.september.bap.blackbox.SteerableEngine;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.Prerequisite;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.temporal.Authority;
import ai.september.bap.testing.temporal.TemporalGate;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Our programs on a real Temporal server on which nobody has made anything, open or behind a provider's gate. */
@Timeout(300)
class NamespaceIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String FORBIDDEN = "Temporal does not let us register the search attributes";

    @RegisterExtension
    final TestDatabase database = TestDatabase.empty();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private AutoCloseable running = () -> {};
    private Installation installation;
    private TemporalCli operator;

    @BeforeEach
    void install() throws Exception {
        Prerequisite.command("temporal");
        installation = Installation.withTemporal(folder, database.url());
        running = installation;
        operator = new TemporalCli(installation.temporalAddress(), "engines");
    }

    @AfterEach
    void uninstall() throws Exception {
        running.close();
    }

    @Test
    void programsThatStartAtOnceMakeNamespaceAndAttributesAndTheListCanBeFiltered() throws Exception {
        configure(installation.temporalAddress(), Map.of("retention", "3"));
        installation.migrate().awaitEnd(0);
        List<Program> programs = List.of(installation.worker("left"), installation.worker("right"), installation.api());
        for (Program program : programs) {
            program.awaitLog(" is ready");
        }

        assertThat(operator.run("operator", "namespace", "describe")).containsPattern("RetentionTtl +72h0m0s");
        Product product = installation.register("demo");
        String runs = workflowId(product.provision("ada").text("/engine_id"));
        product.post("ada", "stop").isOk();
        try (SteerableEngine.Steering exits = installation.engine().exiting()) {
            product.client().post("/engines/provision", "{\"user_id\":\"bob\"}").isRefused(502, "BACKEND_ERROR");
        }
        String failed = workflowId(product.get("bob").text("/engine_id"));
        assertReadable(failed);

        awaitFound("BapKind='provision' and BapOutcome='failed'", failed);
        awaitFound("BapKind='provision' and BapOutcome='succeeded'", runs);
        awaitFound("BapProduct='demo' and BapKind='stop'", runs);
        awaitFound("BapEngine='" + product.get("bob").text("/engine_id") + "'", failed);
        assertThat(operator.find("BapProduct='other'")).isEmpty();
        assertThat(pollers("control")).as("both workers").hasSize(2);
        assertThat(pollers("host-left")).hasSize(1).isNotEqualTo(pollers("host-right"));
        assertThat(programs)
                .allSatisfy(program -> assertThat(program.output()).noneMatch(line -> line.contains(FORBIDDEN)));
    }

    @Test
    void withTlsCertificatesAndKeyAndWithoutTheRightToRegisterAnythingEnginesAreProvisioned() throws Exception {
        Authority authority = Authority.in(folder, "provider");
        Authority.Issued client = authority.client("us");
        try (TemporalGate gate = TemporalGate.before(installation.temporalAddress())
                .certificate(authority.server("frontend", "dns:frontend.example"))
                .clientsOf(authority.certificate())
                .apiKey("tmprl-key-of-the-gate")
                .refusing("RegisterNamespace", "AddSearchAttributes")
                .open()) {
            configure(
                    gate.address(),
                    Map.of(
                            "tlsServerCaCert", authority.certificate().toString(),
                            "tlsServerName", "frontend.example",
                            "tlsClientCert", client.certificate().toString(),
                            "tlsClientKey", client.key().toString(),
                            "apiKey", "tmprl-key-of-the-gate"));
            Program worker =
                    installation.worker().awaitLog("it does not exist and this server does not let us make it");
            Program api = installation.api().awaitLog("api is ready");

            operator.run("operator", "namespace", "create");

            worker.awaitLog("worker is ready");
            String workflow =
                    workflowId(installation.register("demo").provision("ada").text("/engine_id"));
            awaitFound("WorkflowType='ProvisionEngine' and ExecutionStatus='Completed'", workflow);
            for (Program program : List.of(worker, api)) {
                program.awaitLog(FORBIDDEN);
                assertThat(program.output())
                        .filteredOn(line -> line.contains(FORBIDDEN) || line.contains("refuses the search attributes"))
                        .as("said once by who registers, and once by who starts runs")
                        .hasSizeLessThanOrEqualTo(2)
                        .allMatch(line -> line.contains("BapOutcome"));
                assertThat(program.output()).noneMatch(line -> line.contains("tmprl-key"));
            }
            worker.stop();
            api.stop();
        }
    }

    @Test
    void aCertificateThatIsNotTrustedIsOneLineOfTheLogUntilItIsMended() throws Exception {
        Authority authority = Authority.in(folder, "provider");
        Authority another = Authority.in(folder, "another");
        try (TemporalGate gate = TemporalGate.before(installation.temporalAddress())
                .certificate(authority.server("frontend", "ip:127.0.0.1"))
                .open()) {
            configure(
                    gate.address(),
                    Map.of("tlsServerCaCert", another.certificate().toString()));

            Program worker = installation.worker().awaitLog("waiting for Temporal (namespace engines: its certificate");

            assertThat(worker.output())
                    .filteredOn(line -> line.contains("certif"))
                    .allMatch(line -> line.contains("TEMPORAL_TLS_SERVER_CA_CERT_PATH"));
            assertThat(worker.output()).noneMatch(line -> line.startsWith("\tat "));
        }
    }

    /** What failed says so by itself: code and message, one level deep, no frames. */
    private void assertReadable(String workflow) throws Exception {
        JsonNode failure = operator.history(workflow).stream()
                .map(event -> event.at("/activityTaskFailedEventAttributes/failure"))
                .filter(JsonNode::isObject)
                .findFirst()
                .orElseThrow();
        assertThat(failure.path("message").asText()).contains("exited");
        assertThat(failure.at("/applicationFailureInfo/type").asText()).isEqualTo("BACKEND_ERROR");
        assertThat(failure.path("cause").isMissingNode()).isTrue();
        assertThat(failure.path("stackTrace").asText()).isEmpty();
        assertThat(operator.run("workflow", "show", "--workflow-id", workflow))
                .contains("BACKEND_ERROR")
                .doesNotContain(".java:");
    }

    /** Who waits for work at a queue. */
    private Set<String> pollers(String queue) throws Exception {
        return Pattern.compile("worker:[0-9]+@")
                .matcher(operator.run("task-queue", "describe", "--task-queue", queue))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());
    }

    private void configure(String address, Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("address", address);
        settings.put("namespace", "engines");
        installation.configureTemporal(settings);
    }

    /** Lists are a moment behind. */
    private void awaitFound(String query, String workflow) {
        Await.atMost(PATIENCE, query)
                .untilAsserted(() -> assertThat(operator.find(query)).containsExactly(workflow));
    }

    private static String workflowId(String engineId) {
        return "engine/" + engineId;
    }
}
