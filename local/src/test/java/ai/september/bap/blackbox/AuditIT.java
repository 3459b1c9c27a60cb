package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who did what, when, and how it went. */
class AuditIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    @SuppressWarnings("NullAway.Init")
    private static Product product;

    @SuppressWarnings("NullAway.Init")
    private static String engineId;

    @BeforeAll
    static void tour() {
        product = ORCHESTRATOR.register("audit", "{\"max_engines\":10}");
        ORCHESTRATOR
                .operator()
                .put("/products/" + product.productId() + "/policy", "{\"policy\":{\"rate_limit_rpm\":600}}")
                .isOk();
        engineId = product.provision("u").text("/engine_id");
        product.post("u", "rotate-key").isOk();
        product.post("u", "stop").isOk();
        product.admit("u").isDenied("engine_stopped");
        Await.atMost(Duration.ofSeconds(10), "the refused admit is written, beside the request")
                .until(() -> !actions("/audit?action=admit_denied").isEmpty());
        product.post("u", "start").isOk();
        try (SteerableEngine.Steering exits = ORCHESTRATOR.engine().exiting()) {
            product.client()
                    .post("/engines/provision", Client.json("user_id", "v"))
                    .isRefused(502, "BACKEND_ERROR");
        }
        product.destroy("u").isOk();
    }

    private static List<String> actions(String path) {
        return product.client()
                .get(path)
                .isOk()
                .body()
                .path("entries")
                .valueStream()
                .map(entry -> entry.path("action").asText())
                .toList();
    }

    @Test
    void everythingIsThereNewestFirst() {
        assertThat(actions("/audit"))
                .containsExactly(
                        "destroy",
                        "provision",
                        "start",
                        "admit_denied",
                        "stop",
                        "rotate_key",
                        "provision",
                        "policy_update",
                        "policy_register");
    }

    @Test
    void entriesHaveExactlyTheseFields() {
        Client.Reply page = product.client().get("/audit").isOk();
        assertThat(page.fields("")).containsExactlyInAnyOrder("entries", "next_cursor");
        assertThat(page.body().path("next_cursor").isNull()).isTrue();
        for (int entry = 0; entry < page.body().path("entries").size(); entry++) {
            assertThat(page.fields("/entries/" + entry))
                    .containsExactlyInAnyOrder(
                            "id", "timestamp", "user_id", "engine_id", "action", "actor", "metadata", "duration_ms");
            assertThat(page.text("/entries/" + entry + "/timestamp"))
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        }
        Client.Reply provision =
                product.client().get("/audit?action=provision&user_id=u").isOk();
        assertThat(provision.text("/entries/0/user_id")).isEqualTo("u");
        assertThat(provision.text("/entries/0/engine_id")).isEqualTo(engineId);
        assertThat(provision.text("/entries/0/actor")).isEqualTo(product.slug());
        assertThat(provision.text("/entries/0/metadata/outcome")).isEqualTo("succeeded");
        assertThat(provision.body().at("/entries/0/metadata/boot_ms").asInt()).isPositive();
        assertThat(provision.body().at("/entries/0/duration_ms").asInt())
                .isGreaterThanOrEqualTo(
                        provision.body().at("/entries/0/metadata/boot_ms").asInt());
    }

    @Test
    void actorsAndOutcomesAreTold() {
        JsonNode update =
                product.client().get("/audit?action=policy_update").body().at("/entries/0");
        assertThat(update.path("actor").asText()).isEqualTo("admin");
        assertThat(update.at("/metadata/admin_key").asText()).isEqualTo("admin");
        assertThat(update.at("/metadata/policy").toString()).isEqualTo("{\"rate_limit_rpm\":600}");
        assertThat(update.path("user_id").isNull()).isTrue();
        JsonNode failed = product.client().get("/audit?user_id=v").body().at("/entries/0");
        assertThat(failed.at("/metadata/outcome").asText()).isEqualTo("failed");
        assertThat(failed.at("/metadata/code").asText()).isEqualTo("BACKEND_ERROR");
        JsonNode denied =
                product.client().get("/audit?action=admit_denied").body().at("/entries/0");
        assertThat(denied.at("/metadata/reason").asText()).isEqualTo("engine_stopped");
    }

    @Test
    void filtersNarrow() {
        assertThat(actions("/audit?user_id=v")).containsExactly("provision");
        assertThat(actions("/audit?engine_id=" + engineId))
                .containsExactly("destroy", "start", "stop", "rotate_key", "provision");
        assertThat(actions("/audit?engine_id=" + engineId + "&action=stop")).containsExactly("stop");
        assertThat(actions("/audit?action=of_a_newer_version")).isEmpty();
        String stopped = product.client()
                .get("/audit?action=stop")
                .body()
                .at("/entries/0/timestamp")
                .asText();
        assertThat(actions("/audit?since=" + stopped))
                .contains("stop", "destroy")
                .doesNotContain("rotate_key");
        assertThat(actions("/audit?until=" + stopped)).contains("rotate_key").doesNotContain("destroy");
        assertThat(actions("/audit?since=2999-01-01T00:00:00Z")).isEmpty();
    }

    /** Sampled: what of a flood is not written is counted by what is. */
    @Test
    void oneProductsFloodOfRefusalsPushesNobodyElsesOut() {
        Product flood = ORCHESTRATOR.register("audit-flood");
        Product quiet = ORCHESTRATOR.register("audit-quiet");
        int admits = 0;
        for (int round = 0; round < 3; round++) {
            admits += floodOf(flood);
            quiet.admit("u").isDenied("engine_not_found");
        }

        Await.atMost(Duration.ofSeconds(10), "the quiet one's refusals are written")
                .until(() -> denials(quiet).size() == 3);
        assertThat(denials(quiet))
                .allSatisfy(metadata -> assertThat(metadata.propertyStream()).hasSize(1));
        AtomicInteger refused = new AtomicInteger(admits);
        Await.atMost(Duration.ofSeconds(20), "a flood is left out in part").until(() -> {
            refused.addAndGet(floodOf(flood));
            return denials(flood).stream().anyMatch(metadata -> metadata.has("left_out_before"));
        });
        // It goes on, but so slowly that the next ones are written: they count what was left out.
        Await.atMost(Duration.ofSeconds(20), "every refusal is written or counted")
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    boolean all = writtenOrLeftOut(flood) == refused.get();
                    if (!all) {
                        flood.admit("u").isDenied("engine_not_found");
                        refused.incrementAndGet();
                    }
                    return all;
                });
    }

    private static int floodOf(Product product) {
        int admits = 100;
        IntStream.range(0, admits)
                .mapToObj(n -> product.client().postAsync("/engines/u" + n + "/admit", ""))
                .toList()
                .forEach(admit -> admit.join().isDenied("engine_not_found"));
        return admits;
    }

    private static int writtenOrLeftOut(Product product) {
        return denials(product).stream()
                .mapToInt(metadata -> 1 + metadata.path("left_out_before").asInt(0))
                .sum();
    }

    private static List<JsonNode> denials(Product product) {
        return product.client()
                .get("/audit?action=admit_denied&limit=1000")
                .isOk()
                .body()
                .path("entries")
                .valueStream()
                .map(entry -> entry.path("metadata"))
                .toList();
    }

    @Test
    void pagesFollowEachOtherWhileRowsAreAdded() {
        Product growing = ORCHESTRATOR.register("audit-growing");
        for (int change = 0; change < 6; change++) {
            changePolicy(growing);
        }
        List<Long> before = ids(growing.client().get("/audit").isOk());
        List<Long> walked = new ArrayList<>();
        String cursor = "";
        do {
            Client.Reply page = growing.client().get("/audit?limit=2" + cursor).isOk();
            walked.addAll(ids(page));
            cursor = page.body().path("next_cursor").isNull() ? "" : "&cursor=" + page.text("/next_cursor");
            changePolicy(growing);
        } while (!cursor.isEmpty());
        assertThat(before).hasSize(7);
        assertThat(walked).as("what was there when the walk began, once each").isEqualTo(before);
        assertThat(ids(growing.client().get("/audit").isOk()))
                .as("new ones came meanwhile")
                .hasSize(11);
    }

    private static void changePolicy(Product product) {
        ORCHESTRATOR
                .operator()
                .put("/products/" + product.productId() + "/policy", "{\"policy\":{}}")
                .isOk();
    }

    private static List<Long> ids(Client.Reply page) {
        return page.body()
                .path("entries")
                .valueStream()
                .map(entry -> entry.path("id").asLong())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=1001",
                "limit=x",
                "engine_id=x",
                "action=UP",
                "action=",
                "user_id=",
                "since=yesterday",
                "until=2026-01-01",
                "since=%2B300000-01-01T00:00:00Z",
                "until=-0001-01-01T00:00:00Z",
                "since=0001-01-01T00:00:00%2B10:00",
                // +300000-01-01T00:00:00Z,1
                "cursor=KzMwMDAwMC0wMS0wMVQwMDowMDowMFosMQ",
                "cursor=x",
                "cursor=%F0",
                "cursor=MjAyNi0xMS0yNFQwMDowMDowMFo",
                "limit=1&limit=2"
            })
    void anythingElseIsRefused(String query) {
        product.client().get("/audit?" + query).isRefused(400, "INVALID_REQUEST");
    }
}
