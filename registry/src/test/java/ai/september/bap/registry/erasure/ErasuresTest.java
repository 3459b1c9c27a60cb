package ai.september.bap.registry.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.audit.AuditAction;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.AdmitFlags;
import ai.september.bap.registry.operation.IdempotencyKey;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.vault.KeyHash;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ErasuresTest {

    private static final int MANY = 2_500;

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;
    private Erasures erasures;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        registry.jdbi.useHandle(handle -> handle.execute("DELETE FROM erasures"));
        erasures = new Erasures(registry.jdbi);
    }

    private LifecycleRequest request(Verb verb, UserId user) {
        return LifecycleRequest.of(
                verb, registry.product, user, Actor.product(registry.slug), TestRegistry.IMAGE, AdmitFlags.NONE);
    }

    private Operation destroyErasing(UserId user) {
        Accepted accepted =
                registry.lifecycle.request(request(Verb.DESTROY, user).erasing());
        Operation destroy = ((Accepted.Waiting) accepted).operation();
        registry.succeed(destroy);
        return destroy;
    }

    private Erasures.Progress eraseWithoutEngine(UserId user) {
        return ((Accepted.Erased)
                        registry.lifecycle.request(request(Verb.DESTROY, user).erasing()))
                .progress();
    }

    private void refuseAdmits(UserId user, int times) {
        registry.jdbi.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO audit_log (timestamp, product_id, user_id, action)
                        SELECT clock_timestamp(), :product, :user, 'admit_denied' FROM generate_series(1, :times)""")
                .bind("product", registry.product)
                .bind("user", user)
                .bind("times", times)
                .execute());
    }

    private void audit(UserId user, AuditAction action) {
        registry.jdbi.useExtension(
                AuditDao.class,
                audit -> audit.insert(registry.product, user, null, action, Actor.SYSTEM, Map.of(), null));
    }

    private long named(UserId user) {
        return count(
                "SELECT (SELECT count(*) FROM audit_log WHERE product_id = :product AND user_id = :user)"
                        + " + (SELECT count(*) FROM operations WHERE product_id = :product AND user_id = :user)",
                user);
    }

    private long erasuresOf(UserId user) {
        return count("SELECT count(*) FROM erasures WHERE product_id = :product AND user_id = :user", user);
    }

    private long count(String sql, UserId user) {
        return registry.jdbi.withHandle(handle -> handle.createQuery(sql)
                .bind("product", registry.product)
                .bind("user", user)
                .mapTo(Long.class)
                .one());
    }

    private List<String> tokens() {
        return registry.jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT user_id FROM audit_log WHERE product_id = :product AND user_id LIKE 'erased-%'
                        UNION SELECT user_id FROM operations WHERE product_id = :product AND user_id LIKE 'erased-%'""")
                .bind("product", registry.product)
                .mapTo(String.class)
                .list());
    }

    /** The most audit rows that one transaction has changed, and how many did. */
    private String largestOfTransactions() {
        return registry.jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT max(rows) || ' of ' || count(*) FROM (
                            SELECT count(*) AS rows FROM audit_log
                            WHERE product_id = :product AND user_id LIKE 'erased-%' GROUP BY xmin::text) AS t""")
                .bind("product", registry.product)
                .mapTo(String.class)
                .one());
    }

    private void makeDue() {
        registry.jdbi.useHandle(handle -> handle.execute("UPDATE erasures SET due_at = now()"));
    }

    private void lateIsOver() {
        registry.jdbi.useHandle(
                handle -> handle.execute("UPDATE erasures SET due_at = now(), asked_at = now() - interval '61 s'"));
    }

    private void workOff() {
        int batches = 0;
        while (erasures.eraseBatch()) {
            assertThat(++batches).isLessThan(100);
        }
    }

    @Test
    void aDestroyEndsWithOneBatchAndTheOthersFollowUnderTheSameToken() {
        UserId user = registry.runningUser();
        refuseAdmits(user, MANY);

        Operation destroy = destroyErasing(user);

        assertThat(registry.operation(destroy.operationId()).status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(registry.findEngine(user)).isEmpty();
        assertThat(named(user)).isEqualTo(MANY + 2 - Erasures.BATCH);
        workOff();
        assertThat(named(user)).isZero();
        assertThat(tokens()).hasSize(1);
        assertThat(largestOfTransactions()).isEqualTo("1000 of 3");
    }

    @Test
    void ofAUserWithoutAnEngineTheAnswerSaysThatItGoesOn() {
        UserId user = TestRegistry.newUser();
        refuseAdmits(user, MANY);

        assertThat(eraseWithoutEngine(user)).isEqualTo(new Erasures.Progress(Erasures.BATCH, true));

        workOff();
        assertThat(named(user)).isZero();
    }

    @Test
    void manyOperationsGoInBatchesToo() {
        UserId user = registry.runningUser();
        registry.jdbi.useHandle(handle ->
                handle.createUpdate("""
                        INSERT INTO operations SELECT (jsonb_populate_record(o,
                            jsonb_build_object('operation_id', gen_random_uuid()))).*
                        FROM operations o, generate_series(1, :times) WHERE user_id = :user""").bind("user", user).bind("times", MANY).execute());

        destroyErasing(user);

        assertThat(named(user)).isEqualTo(MANY + 2 - Erasures.BATCH);
        workOff();
        assertThat(named(user)).isZero();
        assertThat(tokens()).hasSize(1);
    }

    @Test
    void aBatchThatIsKilledIsDoneAgain() {
        UserId user = registry.runningUser();
        refuseAdmits(user, MANY);
        destroyErasing(user);
        assertThat(erasures.eraseBatch()).isTrue();
        long before = named(user);

        try (Handle holder = registry.jdbi.open()) {
            holder.begin();
            holder.createQuery("SELECT id FROM audit_log WHERE user_id = :user ORDER BY id FOR UPDATE LIMIT 1")
                    .bind("user", user)
                    .mapTo(Long.class)
                    .one();
            CompletableFuture<Boolean> batch = CompletableFuture.supplyAsync(erasures::eraseBatch);
            Await.atMost(Duration.ofSeconds(20), "the batch is at work, and killed")
                    .until(() -> registry.count("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                    + " WHERE datname = current_database() AND wait_event_type = 'Lock'"
                                    + " AND query LIKE '%UPDATE audit_log%'")
                            == 1);
            assertThatThrownBy(batch::join).isInstanceOf(CompletionException.class);
            holder.rollback();
        }

        assertThat(named(user)).isEqualTo(before).isPositive();
        workOff();
        assertThat(named(user)).isZero();
        assertThat(tokens()).hasSize(1);
    }

    @Test
    void severalMayWorkAtOnceAndNoRowIsLeft() {
        UserId user = registry.runningUser();
        refuseAdmits(user, MANY);
        destroyErasing(user);

        CompletableFuture.allOf(CompletableFuture.runAsync(this::workOff), CompletableFuture.runAsync(this::workOff))
                .join();

        workOff();
        assertThat(named(user)).isZero();
        assertThat(tokens()).hasSize(1);
    }

    @Test
    void aRefusedAdmitThatIsAuditedLateIsErasedAndThenTheNameIsForgotten() {
        UserId user = registry.runningUser();
        destroyErasing(user);
        audit(user, AuditAction.ADMIT_DENIED);
        assertThat(erasures.eraseBatch()).as("the last pass waits").isFalse();

        makeDue();
        workOff();

        assertThat(named(user)).isZero();
        assertThat(tokens()).hasSize(1);
        assertThat(erasuresOf(user)).as("others may come").isEqualTo(1);
        lateIsOver();
        workOff();
        assertThat(erasuresOf(user)).isZero();
    }

    @Test
    void whatTheUserDoesAfterwardsKeepsTheName() {
        UserId user = registry.runningUser();
        destroyErasing(user);
        registry.succeed(registry.begin(Verb.PROVISION, user));

        makeDue();
        workOff();
        lateIsOver();
        refuseAdmits(user, 1);
        workOff();

        assertThat(named(user))
                .as("provision: operation and audit row; refused admit")
                .isEqualTo(3);
        assertThat(erasuresOf(user)).isZero();
    }

    @Test
    void whoAsksAgainWhileItGoesOnGetsTheSameToken() {
        UserId user = registry.runningUser();
        refuseAdmits(user, MANY);
        destroyErasing(user);
        registry.succeed(registry.begin(Verb.PROVISION, user));

        destroyErasing(user);
        workOff();

        assertThat(named(user)).isZero();
        assertThat(tokens()).hasSize(1);
    }

    @Test
    void aProvisionsIdempotencyKeyFromWhichTheNameCouldBeGuessedIsForgotten() {
        UserId user = TestRegistry.newUser();
        UserId other = TestRegistry.newUser();
        for (UserId provisioned : List.of(user, other)) {
            IdempotencyKey key =
                    new IdempotencyKey("", "k-" + provisioned.value(), KeyHash.of("\n" + provisioned.value()));
            Accepted accepted = registry.lifecycle.request(
                    request(Verb.PROVISION, provisioned).under(key));
            registry.succeed(((Accepted.Waiting) accepted).operation());
        }

        destroyErasing(user);

        assertThat(registry.jdbi.<List<String>, RuntimeException>withHandle(handle -> handle.createQuery(
                                "SELECT idempotency_key FROM idempotency_keys WHERE product_id = :product")
                        .bind("product", registry.product)
                        .mapTo(String.class)
                        .list()))
                .containsExactly("k-" + other.value());
    }
}
