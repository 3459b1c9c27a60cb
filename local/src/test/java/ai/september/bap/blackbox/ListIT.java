package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listing a product's engines, page by page. */
class ListIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final int ENGINES = 250;

    @SuppressWarnings("NullAway.Init")
    private static Product product;

    /** Rows of engines that nobody ever runs: as many as a page cannot hold, some of one age. */
    @BeforeAll
    static void seed() {
        product = ORCHESTRATOR.register("list");
        ORCHESTRATOR
                .sql()
                .useHandle(handle -> handle.createUpdate("""
                        INSERT INTO engines (engine_id, product_id, user_id, host_id, status, ever_ran, image, key_hash,
                            key_token, created_at)
                        SELECT gen_random_uuid(), :product, 'user-' || n, 'local',
                            CASE WHEN n % 5 = 0 THEN 'failed' ELSE 'stopped' END, true, 'september-engine:2.3.0',
                            decode(repeat('ab', 32), 'hex'), 'token', now() - make_interval(mins => n / 3)
                        FROM generate_series(1, :engines) AS n
                        """)
                        .bind("product", java.util.UUID.fromString(product.productId()))
                        .bind("engines", ENGINES)
                        .execute());
    }

    @Test
    void pagesFollowEachOtherInOrderOfAgeAndThenId() {
        List<String> walked = new ArrayList<>();
        for (int offset = 0; offset < ENGINES; offset += 60) {
            Client.Reply page =
                    product.client().get("/engines?limit=60&offset=" + offset).isOk();
            assertThat(page.fields("")).containsExactlyInAnyOrder("engines", "total");
            assertThat(page.body().path("total").asInt()).isEqualTo(ENGINES);
            page.body().path("engines").forEach(engine -> walked.add(place(engine)));
        }

        assertThat(walked).hasSize(ENGINES).doesNotHaveDuplicates().isSorted();
    }

    private static String place(JsonNode engine) {
        return engine.path("created_at").asText() + " "
                + engine.path("engine_id").asText();
    }

    @Test
    void aPageHasAHundredUnlessSaid() {
        assertThat(product.client().get("/engines").isOk().body().path("engines"))
                .hasSize(100);
        assertThat(product.client().get("/engines?limit=1000").isOk().body().path("engines"))
                .hasSize(ENGINES);
        assertThat(product.client().get("/engines?offset=999999").isOk().body().path("engines"))
                .isEmpty();
    }

    @Test
    void entriesNeverCarryAKey() {
        Client.Reply page = product.client().get("/engines?limit=1000").isOk();
        for (JsonNode engine : page.body().path("engines")) {
            assertThat(engine.propertyStream().map(java.util.Map.Entry::getKey))
                    .containsExactlyInAnyOrder(
                            "engine_id", "user_id", "status", "url", "engine_version", "created_at", "last_health_at");
            assertThat(engine.path("url").isNull()).as("no port is assigned").isTrue();
            assertThat(engine.path("last_health_at").isNull()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"failed, 50", "stopped, 200", "running, 0", "provisioning, 0", "sleeping, 0", "destroying, 0"})
    void aStateIsFiltered(String status, int expected) {
        Client.Reply page =
                product.client().get("/engines?limit=1000&status=" + status).isOk();

        assertThat(page.body().path("total").asInt()).isEqualTo(expected);
        assertThat(page.body().path("engines"))
                .hasSize(expected)
                .allMatch(engine -> engine.path("status").asText().equals(status));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=1001",
                "limit=-1",
                "limit=ten",
                "limit=",
                "limit=1.0",
                "limit=1&limit=2",
                "limit=99999999999",
                "offset=-1",
                "offset=x",
                "offset=2147483648",
                "status=",
                "status=RUNNING",
                "status=destroyed",
                "status=running,failed"
            })
    void anythingElseIsRefused(String query) {
        product.client().get("/engines?" + query).isRefused(400, "INVALID_REQUEST");
    }

    @Test
    void anotherProductSeesNoneOfThem() {
        assertThat(ORCHESTRATOR
                        .register("list-other")
                        .client()
                        .get("/engines")
                        .isOk()
                        .body()
                        .toString())
                .isEqualTo("{\"engines\":[],\"total\":0}");
    }
}
