package ai.september.bap.local.processes;

import static ai.september.bap.local.processes.DockerCommand.docker;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.blackbox.Product;
import ai.september.bap.local.process.LoopbackPort;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A fleet that was damaged by hand in eight ways: the doctor finds them all, the reconciler mends what it should. */
@Timeout(500)
class DamagedFleetIT {

    private static final Duration SOON = Duration.ofSeconds(90);

    /** The reconciler looks once, at the start. */
    private static final Map<String, String> ONLY_LOOKS = Map.of("ORCH_RECONCILE_INTERVAL_S", "86400");

    private static final Map<String, String> MENDS =
            Map.of("ORCH_RECONCILE_INTERVAL_S", "1", "ORCH_RECONCILE_GRACE_S", "0");

    @RegisterExtension
    final TestDatabase database = TestDatabase.empty();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private final int adminPort = LoopbackPort.free(0);
    private final String foreign = UUID.randomUUID().toString();
    private boolean usesDocker;
    private @Nullable Installation installation;

    @AfterEach
    void uninstall() throws Exception {
        if (installation == null) {
            return;
        }
        String ours = usesDocker ? one("SELECT installation_id FROM installation") : "";
        installation.close();
        if (usesDocker) {
            DockerCommand.removeInstallation(ours);
            DockerCommand.removeInstallation(foreign);
        }
    }

    private Installation installation() {
        return requireNonNull(installation);
    }

    /** Engines by what was done to them. */
    private record Engines(Map<String, String> ids) {
        String of(String damage) {
            return requireNonNull(ids.get(damage), damage);
        }
    }

    /** What a hand does beside the daemon. */
    private interface Hand {
        Program worker(Map<String, String> more) throws Exception;

        /** A container of the incarnation before the engine's. */
        void leaveOldContainer(String engine) throws Exception;

        List<String> containers(String engine) throws Exception;

        boolean hasVolume(String engine) throws Exception;

        void removeVolume(String engine) throws Exception;
    }

    @Test
    void ofProcesses() throws Exception {
        installation = Installation.withTemporal(folder, database.url());
        damageAndMend(new Processes());
    }

    @Test
    void ofContainers() throws Exception {
        ReferenceImage.build(folder);
        usesDocker = true;
        installation = Installation.withDocker(folder, database.url(), ReferenceImage.NAME);
        damageAndMend(new Containers());
        purgeForeign();
    }

    private void damageAndMend(Hand hand) throws Exception {
        Program first = hand.worker(ONLY_LOOKS).awaitLog("worker is ready");
        installation().api().awaitLog("api is ready");
        Product product = installation().register("damaged");
        assertThat(diagnose(0)).isEmpty();
        Engines engines = damage(product, hand);
        Map<String, List<String>> before = state(engines, hand);

        Map<String, String> all = new TreeMap<>(Map.of(
                "container_without_row", engines.of("forgotten"),
                "volume_without_row", engines.of("forgotten"),
                "container_of_the_past", engines.of("rotated"),
                "container_should_be_down", engines.of("stopped"),
                "key_differs", engines.of("key"),
                "port_differs", engines.of("port"),
                "row_stuck", engines.of("stuck"),
                "port_leaked", engines.of("leak"),
                "run_without_operation", engines.of("run")));
        Await.atMost(SOON, "the run has had time to end itself")
                .pollInterval(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(diagnose(1)).containsExactlyEntriesOf(all));
        assertThat(state(engines, hand)).as("a doctor changes nothing").isEqualTo(before);

        first.stop();
        assertThat(installation()
                        .doctor(Map.of(), "--url", workerUrl())
                        .awaitEnd(10)
                        .complaints())
                .anyMatch(line -> line.contains("No worker answers"));
        hand.worker(MENDS).awaitLog("worker is ready");
        Await.atMost(SOON, "only the operator's is left")
                .pollInterval(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(diagnose(1))
                        .containsExactlyEntriesOf(Map.of("volume_without_row", engines.of("forgotten"))));
        assertMended(product, engines, hand);

        hand.removeVolume(engines.of("forgotten"));
        assertThat(diagnose(0)).isEmpty();
    }

    /** Eight ways. */
    private Engines damage(Product product, Hand hand) throws Exception {
        Map<String, String> ids = new TreeMap<>();
        for (String user : List.of("forgotten", "rotated", "stopped", "key", "port", "stuck", "leak", "run")) {
            ids.put(user, product.provision(user).text("/engine_id"));
        }
        Engines engines = new Engines(ids);
        product.post("rotated", "rotate-key").isOk();
        for (String user : List.of("stuck", "leak", "run")) {
            product.post(user, "stop").isOk();
        }
        sql("DELETE FROM engines WHERE user_id = 'forgotten'");
        hand.leaveOldContainer(engines.of("rotated"));
        sql("UPDATE engines SET status = 'stopped' WHERE user_id = 'stopped'");
        sql("UPDATE engines SET key_hash = sha256('another'::bytea) WHERE user_id = 'key'");
        sql("UPDATE engines SET port = (SELECT port_max FROM hosts) WHERE user_id = 'port'");
        sql("UPDATE engines SET status = 'destroying' WHERE user_id = 'stuck'");
        sql("UPDATE engines SET status = 'failed', ever_ran = false WHERE user_id = 'leak'");
        startRun(engines.of("run"));
        return engines;
    }

    private void startRun(String engine) {
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(installation().temporalAddress())
                .build());
        WorkflowClient.newInstance(stubs)
                .newUntypedWorkflowStub(
                        "StartEngine",
                        WorkflowOptions.newBuilder()
                                .setWorkflowId("engine/" + engine)
                                .setTaskQueue("nobody")
                                .build())
                .start();
        stubs.shutdownNow();
    }

    private void assertMended(Product product, Engines engines, Hand hand) throws Exception {
        assertThat(hand.containers(engines.of("forgotten"))).isEmpty();
        assertThat(hand.hasVolume(engines.of("forgotten"))).isTrue();
        assertThat(hand.containers(engines.of("rotated"))).hasSize(1);
        assertThat(product.admit("rotated").isOk().text("/admitted")).isEqualTo("true");
        assertThat(hand.containers(engines.of("stopped"))).isEmpty();
        assertThat(hand.hasVolume(engines.of("stopped"))).isTrue();
        for (String anew : List.of("key", "port")) {
            assertThat(hand.containers(engines.of(anew))).hasSize(1);
            assertThat(product.admit(anew).isOk().text("/admitted")).isEqualTo("true");
            assertThat(product.client()
                            .get("/audit?user_id=" + anew + "&limit=2")
                            .isOk()
                            .body()
                            .path("entries")
                            .valueStream()
                            .map(entry -> entry.path("action").asText() + " by "
                                    + entry.path("actor").asText()))
                    .containsExactly("start by system", "reconcile by system");
        }
        Await.atMost(SOON, "the destroy has ended")
                .until(() -> product.get("stuck").status() == 404);
        assertThat(one("SELECT count(*) FROM engines WHERE user_id = 'leak' AND port IS NULL"))
                .isEqualTo("1");
        assertThat(one("SELECT count(DISTINCT metadata->>'kind') FROM audit_log WHERE action = 'reconcile'"))
                .as("nine kinds but the operator's")
                .isEqualTo("8");
    }

    /** The findings, engine by kind, of a doctor that ends with this code. */
    private Map<String, String> diagnose(int exitCode) throws Exception {
        Program doctor =
                installation().doctor(Map.of(), "--json", "--url", workerUrl()).awaitEnd(exitCode);
        JsonNode answer = new ObjectMapper().readTree(String.join("\n", doctor.output()));
        assertThat(answer.path("not_looked_at")).isEmpty();
        Map<String, String> findings = new TreeMap<>();
        answer.path("findings")
                .forEach(finding -> findings.put(
                        finding.path("kind").asText(), finding.path("engine_id").asText()));
        assertThat(findings).hasSameSizeAs(answer.path("findings"));
        return findings;
    }

    private String workerUrl() {
        return "http://127.0.0.1:" + adminPort;
    }

    private Map<String, String> withAdminPort(Map<String, String> more) {
        Map<String, String> variables = new TreeMap<>(more);
        variables.put("ORCH_ADMIN_PORT", Integer.toString(adminPort));
        return variables;
    }

    /** Rows and containers. */
    private Map<String, List<String>> state(Engines engines, Hand hand) throws Exception {
        Map<String, List<String>> state = new TreeMap<>();
        state.put("rows", all("SELECT e::text FROM engines e ORDER BY 1"));
        state.put("audit", all("SELECT a::text FROM audit_log a ORDER BY 1"));
        for (Map.Entry<String, String> engine : engines.ids().entrySet()) {
            state.put(
                    engine.getKey(),
                    hand.containers(engine.getValue()).stream().sorted().toList());
        }
        return state;
    }

    private void sql(String statement) throws Exception {
        try (Connection connection = database.dataSource().getConnection();
                Statement running = connection.createStatement()) {
            assertThat(running.executeUpdate(statement)).as(statement).isEqualTo(1);
        }
    }

    private String one(String query) throws Exception {
        return all(query).get(0);
    }

    private List<String> all(String query) throws Exception {
        List<String> found = new ArrayList<>();
        try (Connection connection = database.dataSource().getConnection();
                ResultSet rows = connection.createStatement().executeQuery(query)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    private final class Processes implements Hand {

        @Override
        public Program worker(Map<String, String> more) throws Exception {
            return installation().localWorker(withAdminPort(more));
        }

        private Path engine(String engine) {
            return installation().stateOf("local").resolve("engines").resolve(engine);
        }

        @Override
        public void leaveOldContainer(String engine) throws Exception {
            Path present = engine(engine)
                    .resolve("container")
                    .resolve(containers(engine).get(0));
            Path old = Files.createDirectory(present.resolveSibling("1.00c0ffee"));
            Files.copy(present.resolve("definition.json"), old.resolve("definition.json"));
        }

        @Override
        public List<String> containers(String engine) throws Exception {
            Path folders = engine(engine).resolve("container");
            if (!Files.isDirectory(folders)) {
                return List.of();
            }
            try (Stream<Path> children = Files.list(folders)) {
                return children.map(child -> child.getFileName().toString()).toList();
            }
        }

        @Override
        public boolean hasVolume(String engine) {
            return Files.isRegularFile(engine(engine).resolve("data").resolve("brain.sqlite"));
        }

        @Override
        public void removeVolume(String engine) throws Exception {
            try (Stream<Path> files = Files.walk(engine(engine))) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private final class Containers implements Hand {

        @Override
        public Program worker(Map<String, String> more) throws Exception {
            Map<String, String> variables = withAdminPort(more);
            variables.put("LLM_PROVIDER", "echo");
            variables.put("ORCH_PORT_MIN", "25001");
            variables.put("ORCH_PORT_MAX", "25401");
            return installation().worker(variables);
        }

        @Override
        public void leaveOldContainer(String engine) throws Exception {
            make(one("SELECT installation_id FROM installation"), engine, "1");
        }

        @Override
        public List<String> containers(String engine) throws Exception {
            return docker("ps", "-aq", "--filter", "label=ai.september.bap.engine=" + engine);
        }

        @Override
        public boolean hasVolume(String engine) throws Exception {
            return docker("volume", "ls", "-q").contains("engine-data-" + engine);
        }

        @Override
        public void removeVolume(String engine) throws Exception {
            docker("volume", "rm", "engine-data-" + engine);
        }
    }

    private static String make(String installation, String engine, String incarnation) throws Exception {
        return docker(
                        "create",
                        "--label",
                        "ai.september.bap.installation=" + installation,
                        "--label",
                        "ai.september.bap.engine=" + engine,
                        "--label",
                        "ai.september.bap.incarnation=" + incarnation,
                        "--entrypoint",
                        "sleep",
                        ReferenceImage.NAME,
                        "600")
                .get(0);
    }

    /** Only ever by name: others may be at work on the same daemon. */
    private void purgeForeign() throws Exception {
        String ours = one("SELECT installation_id FROM installation");
        String engine = UUID.randomUUID().toString();
        String container = make(foreign, engine, "1");
        docker("volume", "create", "--label", "ai.september.bap.installation=" + foreign, "engine-data-" + engine);
        docker("start", container);
        assertThat(installation()
                        .doctor(Map.of(), "--url", workerUrl())
                        .awaitEnd(0)
                        .output())
                .anyMatch(line -> line.contains("nothing disagrees"))
                .anyMatch(line -> line.contains(foreign) && line.contains("1 containers (1 running), 1 volumes"))
                .noneMatch(line -> line.startsWith("  ") && line.contains(ours));

        assertThat(purge(2, ours, "--yes").complaints()).anyMatch(line -> line.contains("is that of the worker"));
        assertThat(purge(1, foreign, "--yes").output()).anyMatch(line -> line.contains("it is alive"));
        assertThat(purge(2, foreign, "--running").complaints()).anyMatch(line -> line.contains("no terminal"));
        assertThat(leftOf(foreign)).hasSize(2);
        assertThat(installation()
                        .doctor(Map.of(), "--purge-foreign", "--url", "http://127.0.0.1:1")
                        .awaitEnd(2)
                        .complaints())
                .anyMatch(line -> line.contains("name those that are to go"))
                .anyMatch(line -> line.contains(foreign))
                .anyMatch(line -> line.contains(ours));

        List<String> kept = leftOf(ours);
        purge(0, foreign, "--running", "--yes");
        assertThat(leftOf(foreign)).isEmpty();
        assertThat(leftOf(ours)).isEqualTo(kept).isNotEmpty();
    }

    private Program purge(int exitCode, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("--purge-foreign", "--url", workerUrl()));
        all.addAll(List.of(arguments));
        return installation().doctor(Map.of(), all.toArray(String[]::new)).awaitEnd(exitCode);
    }

    private static List<String> leftOf(String installation) throws Exception {
        String theirs = "label=ai.september.bap.installation=" + installation;
        List<String> left = new ArrayList<>(docker("ps", "-aq", "--filter", theirs));
        left.addAll(docker("volume", "ls", "-q", "--filter", theirs));
        return left;
    }
}
