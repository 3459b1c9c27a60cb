package ai.september.bap.registry.deletion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.AdmitFlags;
import ai.september.bap.registry.operation.IdempotencyKey;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.product.PlatformKeyRing;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Products;
import ai.september.bap.registry.ratelimit.AdmitLog;
import ai.september.bap.registry.ratelimit.RateLimiter;
import ai.september.bap.registry.vault.KeyHash;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProductDeletionsTest {

    private static final Actor OPERATOR = Actor.admin("tests");

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;
    private ProductDeletions deletions;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        deletions = new ProductDeletions(registry.jdbi);
    }

    private static void refused(ErrorCode code, ThrowingCallable request) {
        assertThatThrownBy(request)
                .isInstanceOfSatisfying(
                        BapException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    private void destroyAll(ProductDeletion deletion, int atOnce) {
        for (LifecycleRequest request : deletions.next(deletion, atOnce)) {
            Operation destroy = ((Accepted.Waiting) registry.lifecycle.request(request)).operation();
            registry.succeed(destroy);
        }
    }

    @Test
    void aProductWithoutEnginesGoesAtOnce() {
        ProductDeletion deletion = deletions.begin(registry.product, false, false, OPERATOR);

        assertThat(deletion.status()).isEqualTo(OperationStatus.SUCCEEDED);
        refused(ErrorCode.PRODUCT_NOT_FOUND, () -> new Products(registry.jdbi).get(registry.product));
        refused(ErrorCode.PRODUCT_NOT_FOUND, () -> deletions.begin(registry.product, true, false, OPERATOR));
        assertThat(audited()).containsExactly("admin tests " + registry.slug + " succeeded null 0");
    }

    private List<String> audited() {
        return registry.jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT concat_ws(' ', actor, metadata->>'admin_key', metadata->>'slug', metadata->>'outcome',
                            coalesce(metadata->>'engines_total', 'null'), coalesce(metadata->>'engines_destroyed', 'null'))
                        FROM audit_log WHERE product_id = :product AND action = 'product_delete' ORDER BY id""")
                .bind("product", registry.product)
                .mapTo(String.class)
                .list());
    }

    @Test
    void oneWithEnginesStaysUnlessTheyAreToBeDestroyed() {
        UserId user = registry.runningUser();

        refused(ErrorCode.PRODUCT_NOT_EMPTY, () -> deletions.begin(registry.product, false, false, OPERATOR));

        assertThat(new Products(registry.jdbi).get(registry.product).deleting()).isFalse();
        registry.begin(Verb.STOP, user);
    }

    @Test
    void fromTheBeginningNothingIsMadeForItAnyMore() {
        registry.runningUser();
        KeyHash key = KeyHash.of("pk-sept-second-" + registry.slug);
        new PlatformKeyRing(registry.jdbi).mint(registry.product, key, Duration.ofDays(1), OPERATOR, null);

        ProductDeletion deletion = deletions.begin(registry.product, true, false, OPERATOR);

        assertThat(deletion.status()).isEqualTo(OperationStatus.PENDING);
        assertThat(deletion.enginesTotal()).isEqualTo(1);
        assertThat(new Products(registry.jdbi).authenticate(key)).isEmpty();
        assertThat(new Products(registry.jdbi).get(registry.product).deleting()).isTrue();
        refused(ErrorCode.PRODUCT_NOT_FOUND, () -> registry.request(Verb.PROVISION, TestRegistry.newUser()));
        for (ThrowingCallable change : List.<ThrowingCallable>of(
                () -> new PlatformKeyRing(registry.jdbi)
                        .mint(registry.product, KeyHash.of("x"), Duration.ZERO, OPERATOR, null),
                () -> new PlatformKeyRing(registry.jdbi).revoke(registry.product, UUID.randomUUID(), OPERATOR),
                () -> new Products(registry.jdbi).replacePolicy(registry.product, Policy.UNLIMITED, OPERATOR))) {
            assertThatThrownBy(change)
                    .hasMessageContaining("is being deleted")
                    .isInstanceOfSatisfying(
                            BapException.class,
                            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.OPERATION_IN_PROGRESS));
        }
        assertThat(deletions.begin(registry.product, true, false, OPERATOR)).isEqualTo(deletion);
        assertThat(audited()).containsExactly("admin tests " + registry.slug + " pending 1 null");
    }

    /** What something comes to that begins while the product's row is locked, and goes on once it has been changed. */
    private <T> CompletableFuture<T> besideAChange(Supplier<T> something, Consumer<ProductDeletionDao> change) {
        try (Handle handle = registry.jdbi.open()) {
            handle.begin();
            ProductDeletionDao dao = handle.attach(ProductDeletionDao.class);
            dao.lockProduct(registry.product);
            CompletableFuture<T> waiting = CompletableFuture.supplyAsync(something);
            Await.atMost(Duration.ofSeconds(20), "it waits for the product's row")
                    .until(() -> registry.count("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                    + " AND datname = current_database()")
                            > 0);
            change.accept(dao);
            handle.commit();
            return waiting;
        }
    }

    private static void assertGone(CompletableFuture<?> request) {
        assertThatThrownBy(request::join)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseInstanceOf(BapException.class)
                .hasMessageContaining("no longer exists");
    }

    @Test
    void aCreationThatWaitsForTheProductIsRefusedOnceItIsBeingDeleted() {
        registry.runningUser();

        assertGone(besideAChange(
                () -> registry.request(Verb.PROVISION, TestRegistry.newUser()),
                dao -> dao.markProduct(registry.product)));
    }

    @ParameterizedTest
    @EnumSource(value = Verb.class, mode = EnumSource.Mode.EXCLUDE, names = "ADMIT")
    void aRequestUnderAnIdempotencyKeyBesideTheDeletionFindsNoProduct(Verb verb) {
        UserId user = TestRegistry.newUser();
        LifecycleRequest request = LifecycleRequest.of(
                        verb, registry.product, user, Actor.product(registry.slug), TestRegistry.IMAGE, AdmitFlags.NONE)
                .under(new IdempotencyKey(user.value(), "k", KeyHash.of("")));

        assertGone(
                besideAChange(() -> registry.lifecycle.request(request), dao -> dao.deleteProduct(registry.product)));
        assertGone(CompletableFuture.supplyAsync(() -> registry.lifecycle.request(request)));
    }

    @Test
    void theFirstAdmitOutOfALimitBesideTheDeletionPassesAndLeavesNothing() {
        RateLimiter limiter = new RateLimiter(new AdmitLog(registry.jdbi), 1, Runnable::run);

        CompletableFuture<Boolean> admit = besideAChange(
                () -> limiter.take(registry.product, 5).join(), dao -> dao.deleteProduct(registry.product));

        assertThat(admit.join())
                .as("whose product it is, it finds out by itself")
                .isTrue();
        assertThat(registry.count("SELECT count(*) FROM rate_limit_hits WHERE product_id = '" + registry.product + "'"))
                .isZero();
    }

    @Test
    void itsEnginesAreDestroyedAFewAtATimeAndThenItGoes() {
        for (int i = 0; i < 5; i++) {
            registry.runningUser();
        }
        ProductDeletion deletion = deletions.begin(registry.product, true, false, OPERATOR);

        assertThat(deletions.proceed(deletion.operationId())).isEqualTo(5);
        List<LifecycleRequest> next = deletions.next(deletion, 2);
        assertThat(next)
                .hasSize(2)
                .allSatisfy(request -> assertThat(request.actor()).isEqualTo(OPERATOR));
        next.forEach(registry.lifecycle::request);
        assertThat(deletions.next(deletion, 2)).as("two are under way").isEmpty();
        assertThat(deletions.next(deletion, 3)).hasSize(1);

        registry.openOperations().forEach(registry::succeed);
        assertThat(deletions.proceed(deletion.operationId())).isEqualTo(3);
        assertThat(deletions.find(deletion.operationId()).orElseThrow().enginesLeft())
                .isEqualTo(3);
        destroyAll(deletion, 10);
        assertThat(deletions.proceed(deletion.operationId())).isZero();

        assertThat(deletions.find(deletion.operationId()).orElseThrow().status())
                .isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(deletions.proceed(deletion.operationId())).as("repeated").isZero();
        refused(ErrorCode.PRODUCT_NOT_FOUND, () -> new Products(registry.jdbi).get(registry.product));
        assertThat(audited())
                .containsExactly(
                        "admin tests " + registry.slug + " pending 5 null",
                        "admin tests " + registry.slug + " succeeded null 5");
        assertThat(registry.count("SELECT count(*) FROM operations WHERE product_id = '" + registry.product + "'"))
                .as("operations outlive their product")
                .isEqualTo(10);
    }

    @Test
    void onlyOpenDeletionsAreCarriedOut() {
        registry.runningUser();
        ProductDeletion deletion = deletions.begin(registry.product, true, false, OPERATOR);

        assertThat(deletions.open()).contains(deletion);
        destroyAll(deletion, 10);
        deletions.proceed(deletion.operationId());

        assertThat(deletions.open())
                .doesNotContain(deletion)
                .noneMatch(open -> open.productId().equals(registry.product));
        assertThat(deletions.proceed(OperationId.random())).isZero();
    }
}
