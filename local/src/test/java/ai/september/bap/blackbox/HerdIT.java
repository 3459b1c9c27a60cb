package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
