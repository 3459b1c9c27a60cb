package ai.september.bap.registry.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.vault.KeyHash;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PlatformKeyRingTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Actor OPERATOR = Actor.admin("tests");

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;
    private Products products;
    private PlatformKeyRing ring;
    private ProductId product;
    private KeyHash first;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        products = new Products(registry.jdbi);
        ring = new PlatformKeyRing(registry.jdbi);
        first = newKey();
        product = products.register(new Slug("ring-" + UUID.randomUUID()), "Ring", Policy.UNLIMITED, first, OPERATOR);
    }

    private static KeyHash newKey() {
        return KeyHash.of("pk-sept-" + UUID.randomUUID());
    }

    private PlatformKeyRing.Minted mint(KeyHash fresh, Duration overlap, @Nullable KeyHash presented) {
        return ring.mint(product, fresh, overlap, OPERATOR, presented);
    }

    private boolean isValid(KeyHash key) {
        return products.authenticate(key).isPresent();
    }

    private static void refused(ErrorCode code, ThrowingCallable request) {
        assertThatThrownBy(request)
                .isInstanceOfSatisfying(
                        BapException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    @Test
    void theKeyBeforeStaysValidForTheOverlap() {
        KeyHash second = newKey();

        PlatformKeyRing.Minted minted = mint(second, DAY, null);

        assertThat(isValid(first)).isTrue();
        assertThat(isValid(second)).isTrue();
        assertThat(Duration.between(minted.key().createdAt(), minted.previousKeysExpireAt()))
                .isBetween(DAY.minusSeconds(1), DAY.plusSeconds(1));
        assertThat(minted.key().expiresAt()).isNull();
        age(DAY);
        assertThat(isValid(first)).isFalse();
        assertThat(isValid(second)).isTrue();
    }

    /** As if so much time had passed. */
    private void age(Duration time) {
        registry.jdbi.useHandle(handle -> handle.createUpdate(
                        "UPDATE platform_keys SET expires_at = expires_at - :time WHERE product_id = :product")
                .bind("time", time)
                .bind("product", product)
                .execute());
    }

    @Test
    void withoutOverlapTheKeyBeforeEndsAtOnce() {
        KeyHash second = newKey();

        mint(second, Duration.ZERO, null);

        assertThat(isValid(first)).isFalse();
        assertThat(isValid(second)).isTrue();
    }

    @Test
    void aProductMakesItsNextKeyWithItsNewestOnly() {
        KeyHash second = newKey();
        mint(second, DAY, first);

        refused(ErrorCode.POLICY_DENIED, () -> mint(newKey(), Duration.ZERO, first));
        refused(ErrorCode.POLICY_DENIED, () -> mint(newKey(), Duration.ZERO, newKey()));
        KeyHash third = newKey();
        mint(third, Duration.ZERO, second);

        assertThat(isValid(second)).isFalse();
        assertThat(isValid(third)).isTrue();
    }

    /** It may be the stolen one, and would live on in what it makes. */
    @Test
    void aKeyThatIsToExpireMakesNoOtherEvenOnceTheNewestIsRevoked() {
        UUID newest = mint(newKey(), DAY, first).key().keyId();
        ring.revoke(product, newest, OPERATOR);

        assertThat(isValid(first)).isTrue();
        refused(ErrorCode.POLICY_DENIED, () -> mint(newKey(), DAY, first));
        KeyHash next = newKey();
        mint(next, Duration.ZERO, null);
        assertThat(isValid(next)).isTrue();
    }

    @Test
    void threeAreNeverValidAtOnce() {
        KeyHash second = newKey();
        mint(second, DAY, null);

        refused(ErrorCode.OPERATION_IN_PROGRESS, () -> mint(newKey(), DAY, second));
        refused(ErrorCode.OPERATION_IN_PROGRESS, () -> mint(newKey(), Duration.ofSeconds(1), null));
        age(DAY);
        mint(newKey(), DAY, second);

        assertThat(isValid(second)).isTrue();
    }

    @Test
    void notEvenWhenManyAreMadeAtOnce() throws Exception {
        ExecutorService crowd = Executors.newFixedThreadPool(8);
        Callable<Boolean> one = () -> {
            try {
                mint(newKey(), DAY, null);
                return true;
            } catch (BapException refused) {
                return false;
            }
        };
        List<Future<Boolean>> minted =
                crowd.invokeAll(Stream.generate(() -> one).limit(16).toList());
        crowd.shutdown();

        int made = 0;
        for (Future<Boolean> each : minted) {
            made += each.get() ? 1 : 0;
        }
        assertThat(made).isEqualTo(1);
        assertThat(ring.list(product)).hasSize(2);
    }

    @Test
    void aRevokedKeyIsInvalidAtOnceAndRevokingItAgainChangesNothing() {
        KeyHash second = newKey();
        UUID id = mint(second, DAY, null).key().keyId();

        PlatformKey revoked = ring.revoke(product, id, OPERATOR);

        assertThat(isValid(second)).isFalse();
        assertThat(isValid(first)).isTrue();
        assertThat(ring.revoke(product, id, OPERATOR)).isEqualTo(revoked);
    }

    @Test
    void theLastKeyCanBeRevokedAndAnotherMade() {
        UUID id = ring.list(product).get(0).keyId();
        ring.revoke(product, id, OPERATOR);
        KeyHash next = newKey();

        assertThat(mint(next, DAY, null).previousKeysExpireAt()).isNull();
        assertThat(isValid(next)).isTrue();
    }

    @Test
    void keysAreListedNewestFirst() {
        UUID second = mint(newKey(), Duration.ZERO, null).key().keyId();
        UUID third = mint(newKey(), DAY, null).key().keyId();

        List<PlatformKey> keys = ring.list(product);

        assertThat(keys)
                .extracting(PlatformKey::keyId)
                .startsWith(third, second)
                .hasSize(3);
        assertThat(keys.get(0).expiresAt()).isNull();
        assertThat(keys.get(2).expiresAt()).isNotNull();
    }

    @Test
    void whatIsNotThereIsRefused() {
        refused(ErrorCode.PRODUCT_NOT_FOUND, () -> ring.mint(ProductId.random(), newKey(), DAY, OPERATOR, null));
        refused(ErrorCode.PRODUCT_NOT_FOUND, () -> ring.list(ProductId.random()));
        refused(ErrorCode.NOT_FOUND, () -> ring.revoke(product, UUID.randomUUID(), OPERATOR));
        UUID anothers = ring.list(registry.product).get(0).keyId();
        refused(ErrorCode.NOT_FOUND, () -> ring.revoke(product, anothers, OPERATOR));
    }

    @Test
    void whoDidItIsAuditedOnce() {
        UUID id = mint(newKey(), DAY, null).key().keyId();
        ring.revoke(product, id, OPERATOR);
        ring.revoke(product, id, OPERATOR);

        assertThat(registry.jdbi.<List<String>, RuntimeException>withHandle(handle -> handle.createQuery("""
                        SELECT action || ' ' || actor || ' ' || (metadata->>'admin_key') || ' ' || (metadata->>'key_id')
                        FROM audit_log WHERE product_id = :product AND action LIKE 'platform_key%' ORDER BY id""")
                        .bind("product", product)
                        .mapTo(String.class)
                        .list()))
                .containsExactly("platform_key_create admin tests " + id, "platform_key_revoke admin tests " + id);
    }
}
