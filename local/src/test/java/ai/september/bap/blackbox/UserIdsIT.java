package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** User ids of every kind, in every endpoint that takes one. */
class UserIdsIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    @SuppressWarnings("NullAway.Init")
    private static Product product;

    @BeforeAll
    static void register() {
        product = ORCHESTRATOR.register("ids");
    }

    static Stream<String> odd() {
        return Stream.of(
                "a/b",
                "/",
                "//",
                "/a",
                "a/",
                "a//b",
                "../x",
                "a/../b",
                "./a",
                "...",
                "..;",
                "%",
                "%2F",
                "%25",
                "%zz",
                "100%",
                ";",
                "a;b=c",
                ";jsessionid=1",
                "?",
                "a?b=c",
                "#",
                "a#b",
                "&",
                "=",
                "+",
                "a b",
                " ",
                " a ",
                "\"",
                "'",
                "''; DROP TABLE engines; --",
                "\\",
                "a\\b",
                "<script>",
                "{user_id}",
                "${x}",
                "*",
                "~",
                "|",
                "^",
                "🙂",
                "👩‍👩‍👧",
                "é",
                "e\u0301",
                "日本語",
                "\u202Eabc",
                "\u00A0",
                "\uFEFF",
                "\uFFFD",
                "\uE000",
                "user@example.com",
                "auth0|5f7c8ec7",
                "urn:user:1",
                "null",
                "true",
                "admit",
                "start",
                "engines",
                "PROVISION",
                "Alice",
                "alice",
                "x".repeat(255),
                "🙂".repeat(255));
    }

    /** Engines are seeded, not booted: what is tried here is the way of the id through HTTP and the database. */
    @ParameterizedTest
    @MethodSource("odd")
    void arriveAndReturnUnchangedEverywhere(String user) {
        product.get(user).isRefused(404, "ENGINE_NOT_FOUND");
        product.admit(user).isDenied("engine_not_found");
        seedStopped(user);

        assertThat(product.get(user).isOk().text("/user_id")).isEqualTo(user);
        product.admit(user).isDenied("engine_stopped");
        product.post(user, "stop").isRefused(409, "ENGINE_NOT_RUNNING");
        product.post(user, "rotate-key").isRefused(409, "ENGINE_NOT_RUNNING");
        product.client()
                .post("/engines/provision", Client.json("user_id", user))
                .isRefused(409, "ENGINE_ALREADY_EXISTS");
        String destroy = product.async().destroy(user).isAccepted();
        assertThat(Operations.awaitEnd(product, destroy, "succeeded").text("/user_id"))
                .isEqualTo(user);
        product.get(user).isRefused(404, "ENGINE_NOT_FOUND");
        product.post(user, "start").isRefused(404, "ENGINE_NOT_FOUND");
        Client.Reply audit = product.client()
                .get("/audit?action=destroy&user_id=" + Client.segment(user))
                .isOk();
        assertThat(audit.body().path("entries")).hasSize(1);
        assertThat(audit.text("/entries/0/user_id")).isEqualTo(user);
    }

    private static void seedStopped(String user) {
        ORCHESTRATOR
                .sql()
                .useHandle(handle -> handle.createUpdate("""
                        INSERT INTO engines (engine_id, product_id, user_id, host_id, status, ever_ran, image, key_hash, key_token)
                        SELECT gen_random_uuid(), product_id, :user, host_id, 'stopped', true, image, key_hash, key_token
                        FROM engines WHERE user_id = 'donor'
                        """).bind("user", user).execute());
    }

    /** A real engine whose sealed key the seeded rows borrow. */
    @BeforeAll
    static void donor() {
        product.provision("donor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"provision", "..\u2024/%2e;🙂\"'"})
    void goThroughAWholeLife(String user) {
        String engineId = product.provision(user).text("/engine_id");

        assertThat(product.get(user).isOk().text("/user_id")).isEqualTo(user);
        assertThat(product.admit(user).isOk().text("/engine/user_id")).isEqualTo(user);
        product.post(user, "rotate-key").isOk();
        product.post(user, "stop").isOk();
        product.post(user, "start").isOk();
        assertThat(product.client().get("/engines?limit=1000").isOk().body().path("engines"))
                .anyMatch(engine -> engine.path("user_id").asText().equals(user));
        assertThat(product.destroy(user).isOk().text("/engine_id")).isEqualTo(engineId);
    }

    @Test
    void thatDifferInAnythingAreDifferentUsers() {
        List<String> alike = List.of("case", "CASE", "case ", "é", "e\u0301", "%63ase");
        alike.stream().filter(user -> !user.equals("é")).forEach(UserIdsIT::seedStopped);

        for (String user : alike) {
            Client.Reply reply = product.get(user);
            if (user.equals("é")) {
                reply.isRefused(404, "ENGINE_NOT_FOUND");
            } else {
                assertThat(reply.isOk().text("/user_id")).isEqualTo(user);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a\u0000b", "\n", "\u007F", "\u0085"})
    void thatNobodyCanBeCalledAreRefused(String user) {
        product.client()
                .post("/engines/provision", Client.json("user_id", user))
                .isRefused(400, "INVALID_REQUEST");
        if (user.length() != 0 && !user.startsWith(".")) {
            product.get(user).isRefused(400, "INVALID_REQUEST");
            product.admit(user).isRefused(400, "INVALID_REQUEST");
            product.destroy(user).isRefused(400, "INVALID_REQUEST");
        }
    }

    @Test
    void thatAreTooLongAreRefused() {
        for (String user : List.of("x".repeat(256), "🙂".repeat(256))) {
            product.client()
                    .post("/engines/provision", Client.json("user_id", user))
                    .isRefused(400, "INVALID_REQUEST");
            product.get(user).isRefused(400, "INVALID_REQUEST");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"user_id\":\"\\ud800\"}", "{\"user_id\":1}", "{\"user_id\":null}", "{}", "{\"user_id\":{}}"})
    void thatAreNoTextAreRefused(String body) {
        product.client().post("/engines/provision", body).isRefused(400, "INVALID_REQUEST");
    }
}
