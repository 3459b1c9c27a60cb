package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Of several things that are wrong with a request, the first is answered: path, method, key, type, size, form, rate limit,
 * image, existence, quota. (Quota before ports: see {@link BootFailuresIT}.)
 */
class OrderOfRefusalIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final String TOO_LARGE = "{" + " ".repeat(1024 * 1024);
    private static final String BAD_IMAGE = "{\"user_id\":\"%s\",\"engine_version\":\"evil:1\"}";

    @SuppressWarnings("NullAway.Init")
    private static Product full;

    /** A product that may not do anything any more, and has one engine. */
    @BeforeAll
    static void register() {
        full = ORCHESTRATOR.register("order");
        full.provision("present");
        policy(full, "{\"max_engines\":0,\"rate_limit_rpm\":0}");
    }

    private static void policy(Product product, String policy) {
        ORCHESTRATOR
                .operator()
                .put("/products/" + product.productId() + "/policy", "{\"policy\":" + policy + "}")
                .isOk();
    }

    @Test
    void pathThenMethodThenKeyThenTypeThenSizeThenForm() {
        Client stranger = ORCHESTRATOR.anonymous().with("Content-Type", "text/plain");
        stranger.send("PUT", "/engine/provision", TOO_LARGE).isRefused(404, "NOT_FOUND");
        stranger.send("PUT", "/engines/provision", TOO_LARGE).isRefused(405, "METHOD_NOT_ALLOWED");
        stranger.send("POST", "/engines/provision", TOO_LARGE).isRefused(401, "INVALID_PLATFORM_KEY");
        stranger.send("POST", "/products/register", TOO_LARGE).isRefused(401, "INVALID_ADMIN_KEY");
        full.client()
                .with("Content-Type", "text/plain")
                .send("POST", "/engines/provision", TOO_LARGE)
                .isRefused(415, "INVALID_REQUEST");
        full.client().send("POST", "/engines/provision", TOO_LARGE).isRefused(413, "INVALID_REQUEST");
        full.client().send("POST", "/engines/provision", "{").isRefused(400, "INVALID_REQUEST");
    }

    @Test
    void everyVerbJudgesItsBodyInThatOrder() {
        for (String verb : new String[] {"admit", "start", "stop", "rotate-key"}) {
            String path = "/engines/absent/" + verb;
            full.client()
                    .with("Content-Type", "text/plain")
                    .send("POST", path, TOO_LARGE)
                    .isRefused(415, "INVALID_REQUEST");
            full.client().send("POST", path, TOO_LARGE).isRefused(413, "INVALID_REQUEST");
            full.client().send("POST", path, "[]").isRefused(400, "INVALID_REQUEST");
        }
        full.client().send("DELETE", "/engines/absent", "[]").isRefused(400, "INVALID_REQUEST");
    }

    /** Else a client would send its next request into a connection that is being closed. */
    @Test
    void anAnswerBeforeTheBodyWasReadSaysThatItEndsTheConnection() {
        Client.Reply unread = full.client().send("POST", "/engines/absent/stop", TOO_LARGE);
        Client.Reply read = full.client().send("POST", "/engines/absent/stop", "[]");

        assertThat(unread.header("Connection")).isEqualTo("close");
        assertThat(read.header("Connection")).isEmpty();
    }

    @Test
    void aClientThatIsStillSendingGetsItsAnswer() {
        String large = "{" + " ".repeat(3 * 1024 * 1024);
        Client stranger = ORCHESTRATOR.anonymous();
        for (int i = 0; i < 100; i++) {
            stranger.send("POST", "/engines/provision", large).isRefused(401, "INVALID_PLATFORM_KEY");
            full.client().send("POST", "/engines/absent/stop", large).isRefused(413, "INVALID_REQUEST");
        }
    }

    @Test
    void formThenRateLimitThenQuotaOfAnAdmit() {
        full.admit("absent", "[]").isRefused(400, "INVALID_REQUEST");
        full.admit("absent", "{\"auto_provision\":true}").isRefused(429, "RATE_LIMITED");
        Product unhurried = ORCHESTRATOR.register("order-quota", "{\"max_engines\":0}");
        unhurried.admit("absent", "{\"auto_provision\":true}").isRefused(429, "QUOTA_EXCEEDED");
        unhurried.admit("absent").isDenied("engine_not_found");
    }

    @Test
    void imageThenExistenceThenQuotaOfAProvision() {
        full.client().post("/engines/provision", BAD_IMAGE.formatted("present")).isRefused(403, "POLICY_DENIED");
        full.client().post("/engines/provision", BAD_IMAGE.formatted("absent")).isRefused(403, "POLICY_DENIED");
        full.client()
                .post("/engines/provision", Client.json("user_id", "present"))
                .isRefused(409, "ENGINE_ALREADY_EXISTS");
        Client.Reply refused = full.client()
                .post("/engines/provision", Client.json("user_id", "absent"))
                .isRefused(429, "QUOTA_EXCEEDED");
        assertThat(refused.text("/error/message")).isEqualTo("Product at max_engines limit (0).");
    }
}
