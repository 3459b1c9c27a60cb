package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A product changes its key without a gap. */
class PlatformKeysIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private Product product;
    private String path;

    @BeforeEach
    void register() {
        product = ORCHESTRATOR.register("keys");
        path = "/products/" + product.productId() + "/platform-keys";
    }

    private static Client with(Client.Reply made) {
        return Client.product(ORCHESTRATOR.api(), made.text("/platform_api_key"));
    }

    @Test
    void aProductMakesItselfANewKeyAndTheOldOneStaysValidForADay() {
        Client.Reply made = product.client().post(path).isOk();

        assertThat(made.fields(""))
                .containsExactly("key_id", "platform_api_key", "created_at", "previous_keys_expire_at");
        assertThat(made.text("/platform_api_key")).matches("pk-sept-[A-Za-z0-9_-]{43}");
        assertThat(Duration.between(Instant.now(), Instant.parse(made.text("/previous_keys_expire_at"))))
                .isBetween(Duration.ofHours(23), Duration.ofHours(24));
        product.admit("nobody").isDenied("engine_not_found");
        with(made).post("/engines/nobody/admit").isDenied("engine_not_found");
    }

    @Test
    void theOldKeyMakesNoOtherAndWithoutOverlapItIsInvalidAtTheNextRequest() {
        Client newest = with(product.client().post(path, "{\"overlap_s\":3600}").isOk());

        product.client().post(path, "{\"overlap_s\":0}").isRefused(403, "POLICY_DENIED");
        newest.post(path).isRefused(409, "OPERATION_IN_PROGRESS");
        Client next = with(newest.post(path, "{\"overlap_s\":0}").isOk());

        product.client().get("/engines").isRefused(401, "INVALID_PLATFORM_KEY");
        newest.get("/engines").isRefused(401, "INVALID_PLATFORM_KEY");
        next.get("/engines").isOk();
    }

    @Test
    void theOperatorMakesListsAndRevokes() {
        Client.Reply made = ORCHESTRATOR.operator().post(path).isOk();
        String id = made.text("/key_id");

        Client.Reply list = ORCHESTRATOR.operator().get(path).isOk();
        assertThat(list.body().path("keys")).hasSize(2);
        assertThat(list.fields("/keys/0")).containsExactly("key_id", "created_at", "last_used_at", "expires_at");
        assertThat(list.text("/keys/0/key_id")).isEqualTo(id);
        assertThat(list.raw().body()).doesNotContain("pk-sept-");
        assertThat(product.client().get(path).isOk().body().at("/keys").findValuesAsText("key_id"))
                .isEqualTo(list.body().at("/keys").findValuesAsText("key_id"));

        Client.Reply revoked = ORCHESTRATOR.operator().delete(path + "/" + id).isOk();
        assertThat(revoked.body().toString()).isEqualTo("{\"key_id\":\"" + id + "\",\"status\":\"revoked\"}");
        with(made).get("/engines").isRefused(401, "INVALID_PLATFORM_KEY");
        product.client().get("/engines").isOk();
    }

    @Test
    void whenAKeyWasLastUsedIsTold() {
        assertThat(ORCHESTRATOR
                        .operator()
                        .get(path)
                        .isOk()
                        .body()
                        .at("/keys/0/last_used_at")
                        .isNull())
                .isTrue();
        product.client().get("/engines").isOk();

        Await.atMost(Duration.ofSeconds(20), "the use is on record")
                .until(() -> !ORCHESTRATOR
                        .operator()
                        .get(path)
                        .isOk()
                        .body()
                        .at("/keys/0/last_used_at")
                        .isNull());
    }

    @Test
    void onlyTheOperatorRevokes() {
        String id = product.client().get(path).isOk().text("/keys/0/key_id");

        product.client().delete(path + "/" + id).isRefused(401, "INVALID_ADMIN_KEY");
        ORCHESTRATOR.anonymous().delete(path + "/" + id).isRefused(401, "INVALID_ADMIN_KEY");
        for (String unknown : List.of(UUID.randomUUID().toString(), "x", "%2F")) {
            ORCHESTRATOR.operator().delete(path + "/" + unknown).isRefused(404, "NOT_FOUND");
        }
    }

    @Test
    void anothersProductAnswersAsOneThatIsNot() {
        Product other = ORCHESTRATOR.register("keys");
        String missing = "/products/" + UUID.randomUUID() + "/platform-keys";

        for (String method : List.of("GET", "POST")) {
            Client.Reply anothers = other.client().send(method, path, "").isRefused(404, "PRODUCT_NOT_FOUND");
            assertThat(anothers.body())
                    .isEqualTo(other.client().send(method, missing, "").body());
            ORCHESTRATOR.anonymous().send(method, path, "").isRefused(401, "INVALID_PLATFORM_KEY");
            ORCHESTRATOR.operator().send(method, missing, "").isRefused(404, "PRODUCT_NOT_FOUND");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"overlap_s\":-1}", "{\"overlap_s\":\"1\"}", "{\"overlap_s\":2592001}", "[]"})
    void anOverlapThatIsNone(String body) {
        product.client().post(path, body).isRefused(400, "INVALID_REQUEST");
    }

    @Test
    void itIsAuditedWithTheNameOfTheOperatorsKey() {
        String id = ORCHESTRATOR.operator().post(path).isOk().text("/key_id");

        JsonNode entry = product.client()
                .get("/audit?action=platform_key_create")
                .isOk()
                .body()
                .at("/entries/0");

        assertThat(entry.path("actor").asText()).isEqualTo("admin");
        assertThat(entry.at("/metadata/admin_key").asText()).isEqualTo("admin");
        assertThat(entry.at("/metadata/key_id").asText()).isEqualTo(id);
    }
}
