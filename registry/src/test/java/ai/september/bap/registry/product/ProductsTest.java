package ai.september.bap.registry.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.vault.KeyHash;
import ai.september.bap.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ProductsTest {

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;
    private Products products;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        products = new Products(registry.jdbi);
    }

    @Test
    void aProductIsKnownByItsKeyWithItsPolicy() {
        KeyHash key = KeyHash.of("pk-sept-" + UUID.randomUUID());
        ProductId id = products.register(new Slug("shop"), "Shop", new Policy(3, null), key, Actor.admin("tests"));

        assertThat(products.authenticate(key))
                .map(KnownKey::product)
                .contains(new Product(id, new Slug("shop"), new Policy(3, null)));
        assertThat(products.authenticate(KeyHash.of("pk-sept-other"))).isEmpty();
    }

    @Test
    void aKeyThatHasExpiredIsNotKnown() {
        KeyHash key = KeyHash.of("pk-sept-" + UUID.randomUUID());
        products.register(new Slug("expiring"), "Expiring", Policy.UNLIMITED, key, Actor.admin("tests"));
        registry.jdbi.useHandle(
                handle -> handle.createUpdate("UPDATE platform_keys SET expires_at = now() WHERE key_hash = :key")
                        .bind("key", key)
                        .execute());

        assertThat(products.authenticate(key)).isEmpty();
    }

    @Test
    void aSlugIsGivenOnceAndTheSecondAskerLeavesNothingBehind() {
        KeyHash key = KeyHash.of("pk-sept-" + UUID.randomUUID());

        assertThatThrownBy(() -> products.register(registry.slug, "Twin", Policy.UNLIMITED, key, Actor.admin("tests")))
                .isInstanceOfSatisfying(
                        BapException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PRODUCT_SLUG_EXISTS));
        assertThat(products.authenticate(key)).isEmpty();
    }

    @Test
    void aPolicyIsReplacedAsAWholeAndAudited() {
        products.replacePolicy(registry.product, new Policy(7, 8), Actor.admin("tests"));
        products.replacePolicy(registry.product, new Policy(null, 9), Actor.admin("tests"));

        Policy policy = registry.jdbi
                .withExtension(ProductDao.class, dao -> dao.find(registry.product))
                .orElseThrow()
                .policy();
        assertThat(policy).isEqualTo(new Policy(null, 9));
        List<Map<String, Object>> audited = registry.jdbi.withHandle(handle ->
                handle.createQuery("""
                        SELECT action, actor, metadata::text AS metadata FROM audit_log
                        WHERE product_id = :p ORDER BY id""").bind("p", registry.product).mapToMap().list());
        assertThat(audited)
                .containsExactly(
                        Map.of(
                                "action",
                                "policy_register",
                                "actor",
                                "admin",
                                "metadata",
                                "{\"slug\": \"" + registry.slug + "\", \"policy\": {}, \"admin_key\": \"tests\"}"),
                        Map.of(
                                "action",
                                "policy_update",
                                "actor",
                                "admin",
                                "metadata",
                                "{\"policy\": {\"max_engines\": 7, \"rate_limit_rpm\": 8}, \"admin_key\": \"tests\"}"),
                        Map.of(
                                "action",
                                "policy_update",
                                "actor",
                                "admin",
                                "metadata",
                                "{\"policy\": {\"rate_limit_rpm\": 9}, \"admin_key\": \"tests\"}"));
    }

    @Test
    void whatAPolicySaysOfSleepIsKept() {
        Policy sleeping = new Policy(3, null).sleeping(60, SleepMode.STOP, 3_600, true);

        products.replacePolicy(registry.product, sleeping, Actor.admin("tests"));

        assertThat(registry.jdbi
                        .withExtension(ProductDao.class, dao -> dao.find(registry.product))
                        .orElseThrow()
                        .policy())
                .isEqualTo(sleeping);
    }

    @Test
    void thePolicyOfNobodyIsNotReplaced() {
        assertThatThrownBy(() -> products.replacePolicy(ProductId.random(), Policy.UNLIMITED, Actor.admin("tests")))
                .isInstanceOfSatisfying(
                        BapException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PRODUCT_NOT_FOUND));
    }

    private ProductTotals totals() {
        return products.totals(registry.product).orElseThrow();
    }

    @Test
    void nobodyHasNoFiguresAtAll() {
        assertThat(products.totals(ProductId.random())).isEmpty();
    }

    @Test
    void aNewProductHasNoFigures() {
        assertThat(totals()).isEqualTo(new ProductTotals(0, 0, 0, 0, 0, 0));
    }

    @Test
    void figuresCountProvisionsDestroysAndBoots() {
        UserId user = TestRegistry.newUser();
        registry.succeed(registry.begin(Verb.PROVISION, user));
        Operation slow = registry.begin(Verb.PROVISION, TestRegistry.newUser());
        registry.ledger.running(slow.operationId(), 750, TestRegistry.HEALTHY_AT);
        registry.succeed(registry.begin(Verb.STOP, user));
        registry.succeed(registry.begin(Verb.START, user)); // a start is no provision, and its boot none of a provision
        registry.succeed(registry.begin(Verb.DESTROY, user));

        assertThat(totals()).isEqualTo(new ProductTotals(2, 0, 0, 500, 2, 1));
    }

    @Test
    void everyWayIntoFailedIsACrashAndStayingThereIsNone() {
        registry.neverRanUser(); // 1: provisioning → failed
        UserId user = registry.failedUser(); // 2: stopped → failed, and a provision
        registry.ledger.failed(registry.begin(Verb.START, user).operationId(), TestRegistry.FAILURE);
        registry.ledger.endUntouched(
                registry.begin(Verb.START, user).operationId(), OperationStatus.FAILED, TestRegistry.FAILURE);
        Operation start = registry.begin(Verb.START, user);
        registry.succeed(registry.begin(Verb.STOP, user)); // cuts the start short
        Operation cancelled = registry.begin(Verb.START, user);
        registry.ledger.cancelled(cancelled.operationId(), TestRegistry.FAILURE); // 3: stopped → failed, by an operator
        UserId other = registry.runningUser();
        Operation rotation = registry.begin(Verb.ROTATE_KEY, other);
        registry.ledger.revertRotation(rotation.operationId());
        registry.ledger.oldKeyStays(
                rotation.operationId(),
                OperationStatus.FAILED,
                TestRegistry.FAILURE,
                TestRegistry.BOOT_MS,
                TestRegistry.HEALTHY_AT);

        assertThat(registry.operation(start.operationId()).supersededBy()).isNotNull();
        assertThat(totals().crashes1h()).isEqualTo(3);
    }

    @Test
    void onlyTheLastHourCountsAsRecentButTheTotalsAreForEver() {
        UserId user = registry.runningUser();
        registry.neverRanUser();
        registry.succeed(registry.begin(Verb.DESTROY, user));
        registry.jdbi.useHandle(handle -> handle.createUpdate(
                        "UPDATE audit_log SET timestamp = timestamp - interval '61 minutes' WHERE product_id = :p")
                .bind("p", registry.product)
                .execute());

        assertThat(totals()).isEqualTo(new ProductTotals(0, 0, 0, TestRegistry.BOOT_MS, 1, 1));
        registry.jdbi.useHandle(handle -> handle.createUpdate("DELETE FROM audit_log WHERE product_id = :p")
                .bind("p", registry.product)
                .execute());
        assertThat(totals()).isEqualTo(new ProductTotals(0, 0, 0, 0, 1, 1));
    }

    @Test
    void automaticRestartsAreCountedByTheirAuditRows() {
        registry.jdbi.useHandle(handle -> handle.createUpdate(
                        "INSERT INTO audit_log (product_id, action) VALUES (:p, 'auto_restart_start')")
                .bind("p", registry.product)
                .execute());

        assertThat(totals().restarts1h()).isEqualTo(1);
    }

    @Test
    void figuresOfOneProductAreNotThoseOfAnother() {
        registry.runningUser();
        TestRegistry other = TestRegistry.on(db);

        assertThat(products.totals(other.product)).contains(new ProductTotals(0, 0, 0, 0, 0, 0));
    }
}
