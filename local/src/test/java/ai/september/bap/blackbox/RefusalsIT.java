package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, with which code. */
class RefusalsIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final String NOBODY = "00000000-0000-4000-8000-000000000000";

    @SuppressWarnings("NullAway.Init")
    private static Product product;

    @BeforeAll
    static void register() {
        product = ORCHESTRATOR.register("refusals");
        product.provision("present");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /engines/provision",
        "GET, /engines/u",
        "GET, /engines/provision",
        "POST, /engines/u/admit",
        "POST, /engines/%01/admit",
        "POST, /engines/u/start",
        "POST, /engines/u/stop",
        "POST, /engines/u/rotate-key",
        "DELETE, /engines/u",
        "DELETE, /engines/provision",
        "GET, /engines",
        "GET, /status",
        "GET, /metrics",
        "GET, /audit",
        "GET, /operations/" + NOBODY
    })
    void withoutAProductsKeyNothingOfIt(String method, String path) {
        String engineKey = product.get("present").text("/api_key");
        Stream.of(
                        ORCHESTRATOR.anonymous(),
                        Client.product(ORCHESTRATOR.api(), "pk-sept-" + "x".repeat(43)),
                        Client.product(ORCHESTRATOR.api(), product.platformKey() + "x"),
                        Client.product(ORCHESTRATOR.api(), product.platformKey().toUpperCase(java.util.Locale.ROOT)),
                        Client.product(ORCHESTRATOR.api(), engineKey),
                        Client.product(ORCHESTRATOR.api(), Orchestrator.ADMIN_KEY),
                        Client.product(ORCHESTRATOR.api(), " "))
                .forEach(stranger -> stranger.send(method, path, "").isRefused(401, "INVALID_PLATFORM_KEY"));
        Client.operator(ORCHESTRATOR.api(), product.platformKey())
                .send(method, path, "")
                .isRefused(401, path.startsWith("/operations") ? "INVALID_ADMIN_KEY" : "INVALID_PLATFORM_KEY");
    }

    /** Else whoever has a product's key could try out the operator's, unnoticed. */
    @Test
    void aWrongAdminKeyIsRefusedBesideAProductsRightOneWhereBothWouldDo() {
        String path = "/operations/" + NOBODY;

        product.client().get(path).isRefused(404, "OPERATION_NOT_FOUND");
        product.client().with("X-Admin-Key", Orchestrator.ADMIN_KEY).get(path).isRefused(404, "OPERATION_NOT_FOUND");
        product.client().with("X-Admin-Key", "wrong").get(path).isRefused(401, "INVALID_ADMIN_KEY");
    }

    @Test
    void withoutTheOperatorsKeyNoProductIsMadeOrChanged() {
        List<Client> strangers = List.of(
                ORCHESTRATOR.anonymous(),
                product.client(),
                Client.operator(ORCHESTRATOR.api(), product.platformKey()),
                Client.operator(ORCHESTRATOR.api(), Orchestrator.ADMIN_KEY + "x"),
                Client.product(ORCHESTRATOR.api(), Orchestrator.ADMIN_KEY));
        for (Client stranger : strangers) {
            stranger.post("/products/register", "{\"slug\":\"never\",\"display_name\":\"x\"}")
                    .isRefused(401, "INVALID_ADMIN_KEY");
            stranger.put("/products/" + product.productId() + "/policy", "{\"policy\":{\"max_engines\":0}}")
                    .isRefused(401, "INVALID_ADMIN_KEY");
        }
        ORCHESTRATOR.operator().get("/engines").isRefused(401, "INVALID_PLATFORM_KEY");
    }

    @ParameterizedTest
    @ValueSource(strings = {NOBODY, "no-uuid", "%20", "1"})
    void aPolicyOfNoProduct(String id) {
        ORCHESTRATOR
                .operator()
                .put("/products/" + id + "/policy", "{\"policy\":{}}")
                .isRefused(404, "PRODUCT_NOT_FOUND");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "null",
                "1",
                "{\"max_engines\":-1}",
                "{\"max_engines\":null}",
                "{\"max_engines\":\"5\"}",
                "{\"max_engines\":5.0}",
                "{\"max_engines\":true}",
                "{\"max_engines\":2147483648}",
                "{\"rate_limit_rpm\":-1}",
                "{\"rate_limit_rpm\":[]}",
                "{\"allowed_images\":[]}",
                "{\"allowed_images\":\"x\"}",
                "{\"allowed_images\":[1]}",
                "{\"allowed_images\":[\"a b\"]}",
                "{\"max_concurrent_provisions\":0}",
                "{\"max_concurrent_provisions\":\"1\"}",
                "{\"idle_timeout_s\":0}",
                "{\"sleep_mode\":\"nap\"}",
                "{\"pause_to_stop_s\":\"60\"}",
                "{\"memory_reclaim\":\"true\"}",
                "{\"delete_after_idle_s\":3600}",
                "{\"max_engine\":5}",
                "{\"MAX_ENGINES\":5}"
            })
    void aPolicyThatWouldNotHold(String policy) {
        ORCHESTRATOR
                .operator()
                .put("/products/" + product.productId() + "/policy", "{\"policy\":" + policy + "}")
                .isRefused(400, "INVALID_REQUEST");
        if (!policy.equals("null")) {
            ORCHESTRATOR
                    .operator()
                    .post("/products/register", "{\"slug\":\"never\",\"display_name\":\"x\",\"policy\":" + policy + "}")
                    .isRefused(400, "INVALID_REQUEST");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "",
                "{",
                "{\"slug\":\"a\"}",
                "{\"display_name\":\"a\"}",
                "{\"slug\":\"A\",\"display_name\":\"a\"}",
                "{\"slug\":\"-a\",\"display_name\":\"a\"}",
                "{\"slug\":\"a_b\",\"display_name\":\"a\"}",
                "{\"slug\":\"\",\"display_name\":\"a\"}",
                "{\"slug\":\"system\",\"display_name\":\"a\"}",
                "{\"slug\":\"admin\",\"display_name\":\"a\"}",
                "{\"slug\":\"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg\",\"display_name\":\"a\"}",
                "{\"slug\":\"a\",\"display_name\":\"\"}",
                "{\"slug\":\"a\",\"display_name\":7}",
                "{\"slug\":\"a\",\"display_name\":\"a\\nb\"}",
                "{\"slug\":\"a\",\"slug\":\"b\",\"display_name\":\"a\"}"
            })
    void aProductOfNoProperNames(String body) {
        ORCHESTRATOR.operator().post("/products/register", body).isRefused(400, "INVALID_REQUEST");
    }

    @Test
    void aSlugThatIsTaken() {
        Client.Reply reply = ORCHESTRATOR
                .operator()
                .post("/products/register", "{\"slug\":\"" + product.slug() + "\",\"display_name\":\"again\"}")
                .isRefused(409, "PRODUCT_SLUG_EXISTS");
        assertThat(reply.text("/error/message")).contains(product.slug());
    }

    static Stream<String> flagsOfNoAdmit() {
        return Stream.of(
                "{\"auto_provision\":\"true\"}",
                "{\"auto_provision\":1}",
                "{\"auto_wake\":0}",
                "{\"auto_wake\":[]}",
                "[]",
                "\"x\"",
                "{\"auto_wake\":true",
                "{} {}");
    }

    @ParameterizedTest
    @MethodSource("flagsOfNoAdmit")
    void anAdmitWhoseFlagsAreNone(String body) {
        product.admit("present", body).isRefused(400, "INVALID_REQUEST");
    }

    @Test
    void anAdmitsFlagsMayBeMissingOrNullAndOthersAreIgnored() {
        for (String body : List.of("", "{}", "{\"auto_provision\":null}", "{\"auto_sleep\":1}", " \n{ }")) {
            product.admit("present", body).isOk();
        }
    }

    @Test
    void verbsOnNobody() {
        product.get("absent").isRefused(404, "ENGINE_NOT_FOUND");
        for (String verb : List.of("start", "stop", "rotate-key")) {
            product.post("absent", verb).isRefused(404, "ENGINE_NOT_FOUND");
        }
        product.destroy("absent").isRefused(404, "ENGINE_NOT_FOUND");
    }

    @Test
    void anImageThatTheOperatorDoesNotAllow() {
        String body = "{\"user_id\":\"%s\",\"engine_version\":\"%s\"}";
        // The last is one that the operator allows, which is of no use to subprocess engines.
        for (String image : List.of("evil:latest", "september-engine", "september-engine:9.1")) {
            product.client()
                    .post("/engines/provision", body.formatted("absent", image))
                    .isRefused(403, "POLICY_DENIED");
        }
        product.get("absent").isRefused(404, "ENGINE_NOT_FOUND");
        for (String none : List.of("", "UPPER CASE", ":tag")) {
            product.client()
                    .post("/engines/provision", body.formatted("absent", none))
                    .isRefused(400, "INVALID_REQUEST");
        }
    }

    @Test
    void anOperationThatIsNot() {
        for (String id : List.of(NOBODY, "x", "%2F", UUID.randomUUID().toString())) {
            product.client().get("/operations/" + id).isRefused(404, "OPERATION_NOT_FOUND");
            ORCHESTRATOR.operator().get("/operations/" + id).isRefused(404, "OPERATION_NOT_FOUND");
        }
    }

    @Test
    void whatIsAnothersAnswersAsWhatIsNot() {
        Product other = ORCHESTRATOR.register("other");
        String operation = other.async()
                .client()
                .post("/engines/provision", Client.json("user_id", "hers"))
                .isAccepted();
        String engineId = Operations.awaitEnd(other, operation, "succeeded").text("/engine_id");

        equal(product.get("hers"), product.get("absent"));
        equal(product.admit("hers"), product.admit("absent"));
        equal(product.post("hers", "stop"), product.post("absent", "stop"));
        equal(product.destroy("hers"), product.destroy("absent"));
        equal(product.client().get("/operations/" + operation), product.client().get("/operations/" + NOBODY));
        equal(
                product.client().get("/audit?action=provision&user_id=hers"),
                product.client().get("/audit?action=provision&user_id=absent"));
        equal(
                product.client().get("/audit?engine_id=" + engineId),
                product.client().get("/audit?engine_id=" + NOBODY));
        assertThat(other.get("hers").isOk().text("/status")).isEqualTo("running");
        other.destroy("hers").isOk();
    }

    private static void equal(Client.Reply anothers, Client.Reply missing) {
        assertThat(anothers.status()).isEqualTo(missing.status());
        assertThat(anothers.body()).isEqualTo(missing.body());
        assertThat(anothers.raw().headers().map().keySet())
                .isEqualTo(missing.raw().headers().map().keySet());
    }
}
