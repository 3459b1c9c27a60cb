package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When engines were last admitted and keys last used is on record soon after. */
class ActivityIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private static final Duration SOON = Duration.ofSeconds(20);

    private static Optional<OffsetDateTime> lastAdmit(String engineId) {
        return ORCHESTRATOR
                .sql()
                .withHandle(
                        handle -> handle.createQuery("SELECT last_admit_at FROM engine_activity WHERE engine_id = :id")
                                .bind("id", UUID.fromString(engineId))
                                .mapTo(OffsetDateTime.class)
                                .findOne());
    }

    private static Optional<OffsetDateTime> lastUse(Product product) {
        return ORCHESTRATOR
                .sql()
                .withHandle(handle -> handle.createQuery("""
                                SELECT last_used_at FROM platform_key_use JOIN platform_keys USING (key_id)
                                WHERE product_id = :id""")
                        .bind("id", UUID.fromString(product.productId()))
                        .mapTo(OffsetDateTime.class)
                        .findOne());
    }

    private static OffsetDateTime now() {
        return ORCHESTRATOR
                .sql()
                .withHandle(handle -> handle.createQuery("SELECT now()")
                        .mapTo(OffsetDateTime.class)
                        .one());
    }

    @Test
    void whoIsAdmittedIsActiveAndWhoIsOnlyLookedAtIsNot() {
        Product product = ORCHESTRATOR.register("activity");
        String admitted = product.provision("admitted").text("/engine_id");
        String watched = product.provision("watched").text("/engine_id");
        OffsetDateTime before = now();

        product.admit("admitted").isOk();
        OffsetDateTime after = now();
        product.get("watched").isOk();

        Await.atMost(SOON, "the admit is on record")
                .until(() -> lastAdmit(admitted).isPresent());
        assertThat(lastAdmit(admitted).orElseThrow()).isBetween(before, after.plusSeconds(1));
        assertThat(lastAdmit(watched)).isEmpty();

        OffsetDateTime second = now();
        product.admit("admitted").isOk();
        Await.atMost(SOON, "the second admit, too")
                .until(() -> lastAdmit(admitted).orElseThrow().isAfter(second));
    }

    @Test
    void anAdmitThatProvisionedCountsAndOneThatWasRefusedDoesNot() {
        Product product = ORCHESTRATOR.register("activity-new");
        String engine = product.admit("new", "{\"auto_provision\":true}").isOk().text("/engine/engine_id");
        Await.atMost(SOON, "the admit is on record")
                .until(() -> lastAdmit(engine).isPresent());
        product.post("new", "stop").isOk();
        OffsetDateTime stopped = now();

        product.admit("new").isDenied("engine_stopped");

        Await.atMost(SOON, "the key's use is on record")
                .until(() -> lastUse(product).filter(stopped::isBefore).isPresent());
        assertThat(lastAdmit(engine).orElseThrow()).isBefore(stopped);
    }

    @Test
    void everyRequestWithAKeyIsAUseOfIt() {
        Product product = ORCHESTRATOR.register("activity-key");
        product.client().get("/engines").isOk();
        Await.atMost(SOON, "the key's use is on record")
                .until(() -> lastUse(product).isPresent());
        assertThat(ORCHESTRATOR.metrics().has("bap_activity_flushes_seconds_count", "outcome=\"succeeded\""))
                .isTrue();
    }
}
