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
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One limit, several replicas of the API. */
class RateLimitReplicasIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final int REPLICAS = 4;
    private static final int AT_ONCE = 64;

    private static final List<RunningServer> replicas = new ArrayList<>();

    @BeforeAll
    static void startReplicas() {
        for (int replica = 0; replica < REPLICAS; replica++) {
            replicas.add(ORCHESTRATOR.deployment().startApi(Map.of()));
        }
    }

    @AfterAll
    static void stopReplicas() {
        replicas.forEach(RunningServer::close);
    }

    /** The product at each of the first few replicas. */
    private static List<Client> clients(Product product, int number) {
        return replicas.stream()
                .limit(number)
                .map(replica ->
                        Client.product(URI.create("http://127.0.0.1:" + replica.apiPort()), product.platformKey()))
                .toList();
    }

    private static void limit(Product product, int limit) {
        ORCHESTRATOR
                .operator()
                .put("/products/" + product.productId() + "/policy", "{\"policy\":{\"rate_limit_rpm\":" + limit + "}}")
                .isOk();
    }

    /** How many of so many pass, sent through all replicas by turns, many at once. */
    private static int passing(List<Client> clients, int admits) {
        int passed = 0;
        for (int sent = 0; sent < admits; sent += AT_ONCE) {
            List<CompletableFuture<Client.Reply>> replies = IntStream.range(0, Math.min(AT_ONCE, admits - sent))
                    .mapToObj(n -> clients.get(n % clients.size()).postAsync("/engines/u" + n + "/admit", ""))
                    .toList();
            for (CompletableFuture<Client.Reply> reply : replies) {
                passed += passes(reply.join()) ? 1 : 0;
            }
        }
        return passed;
    }

    private static boolean passes(Client.Reply reply) {
        if (reply.status() == 200) {
            return true;
        }
        reply.isRefused(429, "RATE_LIMITED");
        return false;
    }

    @ParameterizedTest
    @CsvSource({"2,60", "4,60", "2,1000", "4,1000"})
    void allTogetherPassTheLimitAndAChangedOneCountsAtTheNextRequest(int number, int limit) {
        Product product = ORCHESTRATOR.register("replicas", "{\"rate_limit_rpm\":" + limit + "}");
        List<Client> clients = clients(product, number);

        assertThat(passing(clients, limit * 3 / 2)).isBetween(limit * 98 / 100, limit);

        limit(product, limit * 4 / 3);
        for (Client client : clients) {
            assertThat(passes(client.post("/engines/u/admit"))).as("raised").isTrue();
        }
        assertThat(number + passing(clients, limit / 2)).isBetween(limit * 98 / 300, limit / 3 + limit / 50);

        limit(product, limit / 2);
        for (Client client : clients) {
            assertThat(passes(client.post("/engines/u/admit"))).as("lowered").isFalse();
        }
    }

    @Test
    void aThousandAdmitsThatWaitForTheLimitHoldOneThreadAndOneConnectionOfEachReplica() {
        Product product = ORCHESTRATOR.register("herd-at-limit", "{\"rate_limit_rpm\":60}");
        List<Client> clients = clients(product, 2);
        assertThat(passes(clients.get(0).post("/engines/u/admit"))).isTrue();
        List<Client> others = clients(ORCHESTRATOR.register("beside", "{\"rate_limit_rpm\":60}"), 2);
        List<CompletableFuture<Client.Reply>> herd;
        try (Handle handle = ORCHESTRATOR.sql().open()) {
            handle.begin();
            handle.execute(
                    "SELECT 1 FROM rate_limits WHERE product_id = ? FOR UPDATE", UUID.fromString(product.productId()));
            herd = IntStream.range(0, 1_000)
                    .mapToObj(n -> clients.get(n % 2).postAsync("/engines/u" + n + "/admit", ""))
                    .toList();
            Await.atMost(Duration.ofSeconds(8), "one asks at each replica, and the others stand in line")
                    .until(() -> waitingForLocks() == 2 && Orchestrator.threadsIn("AdmitResource") == 2);
            others.forEach(
                    other -> assertThat(passes(other.post("/engines/u/admit"))).isTrue());
            assertThat(herd).noneMatch(CompletableFuture::isDone);
            handle.rollback();
        }

        assertThat(herd.stream().filter(reply -> passes(reply.join())).count()).isEqualTo(59);
    }

    private static int waitingForLocks() {
        return ORCHESTRATOR
                .sql()
                .withHandle(handle -> handle.createQuery("SELECT count(*) FROM pg_stat_activity"
                                + " WHERE datname = current_database() AND wait_event_type = 'Lock'")
                        .mapTo(Integer.class)
                        .one());
    }
}
