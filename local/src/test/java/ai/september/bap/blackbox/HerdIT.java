package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.process.server.RunningServer;
import ai.september.bap.testing.Await;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many requests at once. */
class HerdIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final String PROVISION = "{\"auto_provision\":true}";

    private static List<Client.Reply> atOnce(int requests, IntFunction<CompletableFuture<Client.Reply>> request) {
        return IntStream.range(0, requests).mapToObj(request).toList().stream()
                .map(CompletableFuture::join)
                .toList();
    }

    @Test
    void twoHundredAdmitsOfOneNewUserProvisionOnceAndGetOneAnswer() {
        Product product = ORCHESTRATOR.register("herd");

        List<Client.Reply> replies = atOnce(200, n -> product.client().postAsync("/engines/one/admit", PROVISION));

        Client.Reply first = replies.get(0).isOk();
        assertThat(first.body().path("admitted").asBoolean()).isTrue();
        assertThat(replies)
                .allMatch(reply -> reply.status() == 200 && reply.body().equals(first.body()));
        assertThat(product.client().get("/engines").body().path("total").asInt())
                .isEqualTo(1);
        assertThat(product.client().get("/audit?action=provision").body().path("entries"))
                .hasSize(1);
    }

    @Test
    void aThousandAdmitsOverTwoReplicasThatWaitForOneEngineHoldNoThreadAndNoConnection() {
        Product product = ORCHESTRATOR.register("herd-at-two");
        List<Client.Reply> replies;
        try (RunningServer one = named("herd-one");
                RunningServer other = named("herd-other")) {
            List<RunningServer> replicas = List.of(one, other);
            List<Client> clients = replicas.stream()
                    .map(replica ->
                            Client.product(URI.create("http://127.0.0.1:" + replica.apiPort()), product.platformKey()))
                    .toList();
            List<CompletableFuture<Client.Reply>> herd = new ArrayList<>();
            try (SteerableEngine.Steering held = ORCHESTRATOR.engine().hold()) {
                while (herd.size() < 1_000) {
                    for (int n = 0; n < 100; n++) {
                        herd.add(clients.get(n % 2).postAsync("/engines/one/admit", PROVISION));
                    }
                    replicas.forEach(replica -> Orchestrator.awaitWaiting(replica, herd.size() / 2));
                }
                assertThat(Orchestrator.threadsIn("AdmitResource") + Orchestrator.threadsIn("AdmitService"))
                        .isZero();
                assertThat(connections("state <> 'idle'")).isZero();
                assertThat(connections("true")).as("a pool and a listener each").isLessThanOrEqualTo(2 * (8 + 1));
                clients.forEach(client -> client.get("/engines/one").isOk());
                assertThat(herd).noneMatch(CompletableFuture::isDone);
            }
            replies = herd.stream().map(CompletableFuture::join).toList();
        }

        Client.Reply first = replies.get(0).isOk();
        assertThat(replies)
                .allMatch(reply -> reply.status() == 200 && reply.body().equals(first.body()));
        assertThat(product.client().get("/audit?action=provision").body().path("entries"))
                .hasSize(1);
        assertThat(EngineProcesses.of(ORCHESTRATOR.folder(), first.text("/engine/engine_id")))
                .hasSize(1);
    }

    /** Those who begin an operation and those who give turns on queue for the product's row: all within half of the pool. */
    @Test
    void newUsersInLineLeaveConnectionsToThoseWhoHaveAnEngine() {
        Product product = ORCHESTRATOR.register("line", "{\"max_concurrent_provisions\":1000}");
        product.provision("one");
        List<CompletableFuture<Client.Reply>> line;
        try (RunningServer replica = named("herd-line");
                Handle first = ORCHESTRATOR.sql().open();
                Handle second = ORCHESTRATOR.sql().open()) {
            Client client = Client.product(URI.create("http://127.0.0.1:" + replica.apiPort()), product.platformKey());
            lock(first, product);
            line = IntStream.range(0, 16)
                    .mapToObj(n -> client.postAsync("/engines/new-" + n + "/admit", PROVISION))
                    .toList();
            awaitConnections(4, "wait_event_type = 'Lock'");
            int pid = second.createQuery("SELECT pg_backend_pid()")
                    .mapTo(Integer.class)
                    .one();
            CompletableFuture<Void> next = CompletableFuture.runAsync(() -> lock(second, product));
            Await.atMost(Duration.ofSeconds(10), "the second queues behind the first four")
                    .until(() -> isWaiting(pid));

            first.rollback();
            next.join();

            awaitConnections(4, "wait_event_type = 'Lock'");
            for (int n = 0; n < 20; n++) {
                client.post("/engines/one/admit").isOk();
            }
            assertThat(connections("wait_event_type = 'Lock'")).isEqualTo(4);
            second.rollback();
            line.forEach(reply -> reply.join().isOk());
        }
    }

    private static void lock(Handle handle, Product product) {
        handle.begin();
        handle.execute("SELECT 1 FROM products WHERE product_id = ? FOR UPDATE", UUID.fromString(product.productId()));
    }

    private static boolean isWaiting(int pid) {
        return ORCHESTRATOR
                        .sql()
                        .withHandle(handle -> handle.createQuery(
                                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid = "
                                                + pid)
                                .mapTo(Integer.class)
                                .one())
                == 1;
    }

    private static void awaitConnections(int number, String which) {
        Await.atMost(Duration.ofSeconds(10), number + " connections where " + which)
                .until(() -> connections(which) == number);
    }

    /** A replica with few connections, which are known by its name. */
    private static RunningServer named(String name) {
        return ORCHESTRATOR
                .deployment()
                .startApi(Map.of(
                        "ORCH_DATABASE_URL",
                        ORCHESTRATOR.database().url() + "?application_name=" + name,
                        "ORCH_API_DB_POOL",
                        "8"));
    }

    private static int connections(String which) {
        return ORCHESTRATOR
                .sql()
                .withHandle(handle -> handle.createQuery(
                                "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'herd-%' AND "
                                        + which)
                        .mapTo(Integer.class)
                        .one());
    }

    @Test
    void allWhoWaitForAnEngineThatDoesNotComeUpAreToldSo() {
        Product product = ORCHESTRATOR.register("herd-fails");
        List<Client.Reply> replies;
        try (SteerableEngine.Steering exits = ORCHESTRATOR.engine().exiting()) {
            replies = atOnce(50, n -> product.client().postAsync("/engines/one/admit", PROVISION));
        }

        replies.forEach(reply -> reply.isRefused(502, "BACKEND_ERROR"));
        assertThat(product.client().get("/engines").body().path("total").asInt())
                .isEqualTo(1);
        product.admit("one", PROVISION).isOk();
    }

    @Test
    void sixtyUsersGetFiveEnginesWhereFiveAreAllowedAndAPlaceThatIsFreedIsUsable() {
        Product product = ORCHESTRATOR.register("quota", "{\"max_engines\":5}");

        List<Client.Reply> replies = atOnce(
                60,
                n -> n % 2 == 0
                        ? product.client().postAsync("/engines/user-" + n + "/admit", PROVISION)
                        : product.client().postAsync("/engines/provision", Client.json("user_id", "user-" + n)));

        Map<Integer, List<Client.Reply>> byStatus =
                replies.stream().collect(Collectors.groupingBy(Client.Reply::status));
        assertThat(byStatus.keySet()).containsExactlyInAnyOrder(200, 429);
        assertThat(byStatus.get(200)).hasSize(5);
        byStatus.getOrDefault(429, List.of())
                .forEach(refused -> assertThat(
                                refused.isRefused(429, "QUOTA_EXCEEDED").text("/error/message"))
                        .isEqualTo("Product at max_engines limit (5)."));
        assertThat(product.client()
                        .get("/engines?status=running")
                        .body()
                        .path("total")
                        .asInt())
                .isEqualTo(5);

        String user = product.client().get("/engines").text("/engines/0/user_id");
        product.destroy(user).isOk();
        product.admit("late", PROVISION).isOk();
        product.admit("later", PROVISION).isRefused(429, "QUOTA_EXCEEDED");
    }

    @Test
    void fiftyDestroysOfOneEngineAllSucceedOrFindNothing() {
        Product product = ORCHESTRATOR.register("ends");
        product.provision("one");

        List<Client.Reply> replies = atOnce(50, n -> product.client().sendAsync("DELETE", "/engines/one", ""));

        assertThat(replies)
                .allMatch(reply -> reply.status() == 200 || reply.code().equals("ENGINE_NOT_FOUND"));
        assertThat(replies).anyMatch(reply -> reply.status() == 200);
        assertThat(product.client()
                        .get("/metrics")
                        .body()
                        .path("total_destroys")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void ofStopsStartsAndRotationsAllAtOnceOneEngineComesOutConsistent() {
        Product product = ORCHESTRATOR.register("chaos");
        product.provision("one");
        List<String> verbs = List.of("stop", "start", "rotate-key", "admit");

        List<Client.Reply> replies =
                atOnce(40, n -> product.client().postAsync("/engines/one/" + verbs.get(n % verbs.size()), ""));

        assertThat(replies).allMatch(reply -> reply.status() == 200 || reply.status() == 409);
        Client.Reply settled = product.get("one").isOk();
        EngineClient engine = EngineClient.of(settled.body());
        if (settled.text("/status").equals("running")) {
            assertThat(engine.status()).isEqualTo(200);
        } else {
            assertThat(settled.text("/status")).isEqualTo("stopped");
            assertThat(engine.isGone()).isTrue();
        }
    }
}
