package ai.september.bap.local.processes;

import static ai.september.bap.local.processes.DockerCommand.docker;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.blackbox.Client;
import ai.september.bap.blackbox.EngineClient;
import ai.september.bap.blackbox.Operations;
import ai.september.bap.blackbox.Product;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** API and workers as processes of their own, and the reference engine in containers. */
@Timeout(400)
class DockerIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String PROVIDER_KEY = "sk-handed-on-and-never-logged";

    @RegisterExtension
    final TestDatabase database = TestDatabase.empty();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private DockerSocket socket;
    private Installation installation;

    @BeforeEach
    void install() throws Exception {
        ReferenceImage.build(folder);
        socket = new DockerSocket(DockerCommand.SOCKET, folder.resolve("docker.sock"));
        installation = Installation.withDocker(folder, database.url(), ReferenceImage.NAME);
    }

    @AfterEach
    void uninstall() throws Exception {
        if (installation == null) {
            return;
        }
        String ours = installationId();
        installation.close();
        socket.close();
        DockerCommand.removeInstallation(ours);
    }

    private String installationId() throws Exception {
        try (Connection connection = database.dataSource().getConnection();
                ResultSet row = connection.createStatement().executeQuery("SELECT installation_id FROM installation")) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }

    private Program worker() throws Exception {
        return installation.worker(Map.of(
                "DOCKER_HOST",
                socket.address(),
                "LLM_PROVIDER",
                "echo",
                "LLM_API_KEY",
                PROVIDER_KEY,
                "ORCH_HEALTH_CHECK_INTERVAL_S",
                "1",
                "ORCH_LOG_LEVEL",
                "debug",
                "ORCH_RECONCILE_INTERVAL_S",
                "10",
                "ORCH_RECONCILE_GRACE_S",
                "10"));
    }

    private static String state(Client.Reply engine) throws Exception {
        List<String> state =
                docker("ps", "-a", "--format", "{{.State}}", "--filter", "name=engine-" + engine.text("/engine_id"));
        return String.join(",", state);
    }

    /** The engine at its port on this machine, which is not what products are told here. */
    private static EngineClient published(Client.Reply reply) throws Exception {
        JsonNode engine = reply.body().has("engine") ? reply.body().path("engine") : reply.body();
        String id = engine.path("engine_id").asText();
        String address = docker("port", "engine-" + id, "8000/tcp").get(0);
        return new EngineClient("http://" + address, engine.path("api_key").asText());
    }

    private static void awaitSleep(Product product, String user) {
        Await.atMost(SOON, user + " sleeps")
                .until(() -> product.get(user).text("/status").equals("sleeping"));
    }

    private static List<String> sleeps(Product product, String user) {
        List<String> reasons = new ArrayList<>();
        for (JsonNode row : product.client()
                .get("/audit?action=sleep&user_id=" + user)
                .body()
                .path("entries")) {
            reasons.add(row.at("/metadata/mode").asText() + " "
                    + row.at("/metadata/reason").asText());
        }
        return reasons;
    }

    @Test
    void sleepersStayAsleepWhateverBecomesOfTheirContainersAndWakeWithTheirBrains() throws Exception {
        socket.open();
        worker().awaitLog("worker is ready");
        installation.api().awaitLog("api is ready");
        Product product = installation.register("sleepy", "{\"idle_timeout_s\":2,\"memory_reclaim\":true}");
        List<String> users = List.of("frozen", "thawed", "removed");
        Map<String, Client.Reply> engines = new HashMap<>();
        for (String user : users) {
            engines.put(user, product.provision(user));
            published(requireNonNull(engines.get(user))).say("task", "hello");
        }
        for (String user : users) {
            awaitSleep(product, user);
            assertThat(state(requireNonNull(engines.get(user)))).isEqualTo("paused");
        }

        // As a daemon does that was restarted: it brings up what it has ended, paused or not.
        docker("unpause", "engine-" + requireNonNull(engines.get("thawed")).text("/engine_id"));
        docker("rm", "-f", "engine-" + requireNonNull(engines.get("removed")).text("/engine_id"));

        Await.atMost(SOON, "the thawed one is stopped")
                .until(() -> state(requireNonNull(engines.get("thawed"))).equals("exited"));
        for (String user : List.of("thawed", "removed")) {
            Await.atMost(SOON, "that is known")
                    .until(() -> sleeps(product, user).contains("stop not_frozen"));
            assertThat(product.get(user).text("/status")).isEqualTo("sleeping");
        }
        assertThat(state(requireNonNull(engines.get("frozen")))).isEqualTo("paused");
        for (String user : users) {
            Client.Reply admitted = product.admit(user, "{\"auto_wake\":true}").isOk();
            assertThat(admitted.text("/engine/api_key"))
                    .isEqualTo(requireNonNull(engines.get(user)).text("/api_key"));
            assertThat(published(admitted).say("task", "again")).contains("turn 2");
            product.destroy(user).isOk();
        }
    }

    private List<String> running() throws Exception {
        return docker(
                "ps", "--format", "{{.Names}}", "--filter", "label=ai.september.bap.installation=" + installationId());
    }

    /** What a worker leaves that is killed while the daemon makes a container for it, and the engine is then destroyed. */
    private void leaveBehind(String engine) throws Exception {
        String installationLabel = "ai.september.bap.installation=" + installationId();
        String engineLabel = "ai.september.bap.engine=" + engine;
        String volume = "engine-data-" + engine;
        docker("volume", "create", "--label", installationLabel, "--label", engineLabel, volume);
        docker(
                "create",
                "--label",
                installationLabel,
                "--label",
                engineLabel,
                "--label",
                "ai.september.bap.incarnation=1",
                "--volume",
                volume + ":/data",
                ReferenceImage.NAME);
        assertThat(things(engine)).hasSize(2);
    }

    private static List<String> things(String engine) throws Exception {
        String ofEngine = "label=ai.september.bap.engine=" + engine;
        List<String> things = new ArrayList<>(docker("ps", "-aq", "--filter", ofEngine));
        things.addAll(docker("volume", "ls", "-q", "--filter", ofEngine));
        return things;
    }

    private static List<String> printed(Product product, String user) {
        return product.client()
                .get(Product.path(user) + "/logs")
                .isOk()
                .body()
                .at("/lines")
                .findValuesAsText("text");
    }

    private void awaitHealth(String health) {
        Client client = Client.product(installation.apiUri(), "none");
        Await.atMost(SOON, health)
                .until(() -> client.get("/health").body().toString().equals(health));
    }

    @Test
    void enginesOutliveWorkersAndOperationsWaitForADaemonThatIsAway() throws Exception {
        Program first = worker().awaitLog("waiting for the container daemon");
        socket.open();
        first.awaitLog("worker is ready");
        Program second = worker().awaitLog("worker is ready");
        installation.api().awaitLog("api is ready");
        Product product = installation.register("docker", "{\"resources\":{\"memory_mb\":200,\"cpus\":0.75}}");

        Client.Reply engine = product.provision("ada");
        String name = "engine-" + engine.text("/engine_id");
        // The worker is no container: it reaches the engine otherwise than products do.
        assertThat(engine.text("/url")).isEqualTo("http://" + name + ":8000");
        assertThat(running()).containsExactly(name);
        assertThat(docker("inspect", "-f", "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}", name))
                .containsExactly((200L << 20) + " 750000000");
        awaitHealth("{\"status\":\"ok\"}");
        assertThat(printed(product, "ada"))
                .as("the API knows no daemon, its workers do")
                .anyMatch(line -> line.contains("serving on port"));

        socket.cut();
        product.client().get("/engines/ada/logs").isRefused(503, "UNAVAILABLE");
        String operation = product.async()
                .client()
                .post("/engines/provision", "{\"user_id\":\"bob\"}")
                .isAccepted();
        awaitHealth("{\"status\":\"degraded\",\"subsystems\":"
                + "{\"backend\":\"error\",\"temporal\":\"ok\",\"workers\":\"ok\"}}");
        assertThat(product.client().get("/operations/" + operation).text("/status"))
                .isEqualTo("running");
        assertThat(product.admit("ada").isOk().text("/admitted")).isEqualTo("true");
        socket.open();
        Operations.awaitEnd(product, operation, "succeeded");
        awaitHealth("{\"status\":\"ok\"}");

        String left = product.provision("eve").text("/engine_id");
        product.destroy("eve").isOk();
        leaveBehind(left);
        Await.atMost(SOON, "what nobody owns is removed")
                .until(() -> things(left).isEmpty());

        assertThat(first.output()).noneMatch(line -> line.contains(PROVIDER_KEY));
        second.kill();
        first.stop();
        assertThat(running()).hasSize(2).contains(name);
        worker().awaitLog("2 engines run already, 0 are brought back").awaitLog("worker is ready");
        product.destroy("bob").isOk();
        product.post("ada", "stop").isOk();
        assertThat(running()).isEmpty();
        assertThat(printed(product, "ada")).as("of a stopped one").anyMatch(line -> line.endsWith("stopped"));
        product.post("ada", "start").isOk();
        product.destroy("ada").isOk();
        assertThat(docker("volume", "ls", "-q", "--filter", "name=engine-data-" + engine.text("/engine_id")))
                .isEmpty();
    }
}
