package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code rate_limit_rpm}: exactly so many admits in any sixty seconds. */
class RateLimitIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static Product limited(String name, int limit) {
        return ORCHESTRATOR.register(name, "{\"rate_limit_rpm\":" + limit + "}");
    }

    private static void policy(Product product, String policy) {
        ORCHESTRATOR
                .operator()
                .put("/products/" + product.productId() + "/policy", "{\"policy\":" + policy + "}")
                .isOk();
    }

    /** How many of so many concurrent admits pass. */
    private static long passing(Product product, int admits) {
        List<Client.Reply> replies = IntStream.range(0, admits)
                .mapToObj(n -> product.client().postAsync("/engines/u" + n + "/admit", ""))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        replies.stream().filter(reply -> reply.status() != 200).forEach(reply -> reply.isRefused(429, "RATE_LIMITED"));
        return replies.stream().filter(reply -> reply.status() == 200).count();
    }

    /** As if so many seconds had passed, of which a replica hears when it asks again. */
    private static void pass(Product product, int seconds) {
        ORCHESTRATOR
                .sql()
                .useHandle(handle -> handle.execute(
                        "UPDATE rate_limit_hits SET hit_at = hit_at - make_interval(secs => ?) WHERE product_id = ?",
                        seconds,
                        UUID.fromString(product.productId())));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 40, 120})
    void passesExactlyTheLimitOfManyAtOnce(int limit) {
        assertThat(passing(limited("exact", limit), limit + 60)).isEqualTo(limit);
    }

    @Test
    void tellsTheSecondsToWait() {
        Product product = limited("wait", 1);
        product.admit("u").isOk();
        pass(product, 20);

        Client.Reply refused = product.admit("u").isRefused(429, "RATE_LIMITED");

        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(30, 40);
        assertThat(refused.text("/error/message")).contains(refused.header("Retry-After") + " seconds");
    }

    @Test
    void theWindowSlides() {
        Product product = limited("slide", 10);
        assertThat(passing(product, 4)).isEqualTo(4);
        pass(product, 40);
        assertThat(passing(product, 20)).as("six are left").isEqualTo(6);
        pass(product, 25);
        assertThat(1 + passingAfterTheFirst(product))
                .as("the first four are out of the window")
                .isEqualTo(4);
        pass(product, 61);
        assertThat(1 + passingAfterTheFirst(product))
                .as("the refused ones were never counted")
                .isEqualTo(10);
    }

    /** A refusal is believed for a moment; then one passes, and how many more of twenty. */
    private static long passingAfterTheFirst(Product product) {
        Await.atMost(Duration.ofSeconds(5), "one passes")
                .until(() -> product.admit("first").status() == 200);
        return passing(product, 20);
    }

    @Test
    void whatIsRefusedBeforeIsNotCounted() {
        Product product = limited("refused", 2);
        for (int n = 0; n < 5; n++) {
            product.admit("u", "[]").isRefused(400, "INVALID_REQUEST");
            product.admit("\u0001").isRefused(400, "INVALID_REQUEST");
            ORCHESTRATOR.anonymous().post("/engines/u/admit").isRefused(401, "INVALID_PLATFORM_KEY");
        }
        assertThat(passing(product, 10)).isEqualTo(2);
    }

    @Test
    void onlyAdmitsAreLimited() {
        Product product = limited("others", 0);
        product.client().get("/engines").isOk();
        product.client().get("/status").isOk();
        product.get("u").isRefused(404, "ENGINE_NOT_FOUND");
        product.post("u", "stop").isRefused(404, "ENGINE_NOT_FOUND");
        product.admit("u").isRefused(429, "RATE_LIMITED");
    }

    @Test
    void runningEnginesAreLimitedToo() {
        Product product = limited("hot", 3);
        product.provision("u");
        for (int n = 0; n < 3; n++) {
            product.admit("u").isOk();
        }
        product.admit("u").isRefused(429, "RATE_LIMITED");
    }

    @Test
    void aNewPolicyCountsAtOnce() {
        Product product = limited("change", 3);
        assertThat(passing(product, 10)).isEqualTo(3);
        policy(product, "{\"rate_limit_rpm\":5}");
        assertThat(passing(product, 10)).isEqualTo(2);
        policy(product, "{\"rate_limit_rpm\":1}");
        assertThat(passing(product, 10)).isZero();
        policy(product, "{\"rate_limit_rpm\":0}");
        assertThat(passing(product, 10)).isZero();
        policy(product, "{}");
        assertThat(passing(product, 10)).as("no limit").isEqualTo(10);
        policy(product, "{\"rate_limit_rpm\":6}");
        assertThat(passing(product, 10))
                .as("what passed without a limit was not written down")
                .isEqualTo(1);
    }

    @Test
    void aProductThatStandsInLineForItsLimitHoldsUpNobodyElse() {
        Product stuck = limited("stuck", 1_000);
        Product limitless = ORCHESTRATOR.register("limitless");
        Product other = limited("other", 1_000);
        limitless.provision("u");
        other.provision("u");
        List<CompletableFuture<Client.Reply>> inLine;
        try (Handle handle = lockedLimit(stuck)) {
            inLine = IntStream.range(0, 300)
                    .mapToObj(n -> stuck.client().postAsync("/engines/u/admit", ""))
                    .toList();
            Await.atMost(Duration.ofSeconds(10), "admits wait for the lock").until(() -> waitingForLocks() > 0);

            for (int n = 0; n < 20; n++) {
                limitless.admit("u").isOk();
                other.admit("u").isOk();
            }
            assertThat(waitingForLocks()).as("connections that wait").isEqualTo(1);
            handle.rollback();
        }
        inLine.forEach(admit -> admit.join().isDenied("engine_not_found"));
    }

    private static Handle lockedLimit(Product product) {
        UUID id = UUID.fromString(product.productId());
        product.admit("u").isDenied("engine_not_found");
        Handle handle = ORCHESTRATOR.sql().open();
        handle.begin();
        handle.execute("SELECT 1 FROM rate_limits WHERE product_id = ? FOR UPDATE", id);
        return handle;
    }

    private static int waitingForLocks() {
        return ORCHESTRATOR
                .sql()
                .withHandle(handle -> handle.createQuery("SELECT count(*) FROM pg_stat_activity"
                                + " WHERE datname = current_database() AND wait_event_type = 'Lock'")
                        .mapTo(Integer.class)
                        .one());
    }

    @Test
    void productsHaveLimitsOfTheirOwn() {
        Product one = limited("one", 2);
        Product two = limited("two", 2);
        assertThat(passing(one, 5)).isEqualTo(2);
        assertThat(passing(two, 5)).isEqualTo(2);
    }
}
