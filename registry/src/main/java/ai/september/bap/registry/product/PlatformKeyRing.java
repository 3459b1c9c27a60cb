package ai.september.bap.registry.product;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.audit.AuditAction;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.vault.KeyHash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * A product's platform keys, of which two at most are valid: while a rotation is under way, the new one and the one before.
 * What is changed here holds from the next request on, on every replica, because each asks the table. Thread-safe.
 */
public final class PlatformKeyRing {

    private static final int MOST_LISTED = 100;

    private final Jdbi jdbi;

    public PlatformKeyRing(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * A key that was made.
     *
     * @param previousKeysExpireAt when the keys before it stop being valid; null if there were none
     */
    public record Minted(PlatformKey key, @Nullable Instant previousKeysExpireAt) {}

    /**
     * Adds a key and lets those before it expire.
     *
     * @param presented the key that the product itself asks with; null where the operator asks
     * @param overlap how long the keys before it stay valid, unless they expire earlier
     * @throws BapException {@code PRODUCT_NOT_FOUND}; {@code POLICY_DENIED} if the product asks with another key than the one
     *     without end, because it may be a stolen one; {@code OPERATION_IN_PROGRESS} if there would be three valid keys, or
     *     if the product is being deleted
     */
    public Minted mint(ProductId productId, KeyHash fresh, Duration overlap, Actor actor, @Nullable KeyHash presented) {
        return jdbi.inTransaction(handle -> {
            PlatformKeyRingDao keys = lock(handle, productId);
            List<PlatformKeyRingDao.ValidKey> valid = keys.valid(productId);
            if (presented != null) {
                requireEndless(valid, presented);
            }
            if (valid.size() > 1 && !overlap.isZero()) {
                throw rotationUnderWay(valid.get(1));
            }
            @Nullable Instant end = valid.isEmpty() ? null : keys.expireAll(productId, overlap);
            PlatformKey key = keys.insert(UUID.randomUUID(), productId, fresh);
            handle.attach(AuditDao.class)
                    .insert(
                            productId,
                            null,
                            null,
                            AuditAction.PLATFORM_KEY_CREATE,
                            actor,
                            Map.of("key_id", key.keyId().toString(), "overlap_s", overlap.toSeconds()),
                            null);
            return new Minted(key, end);
        });
    }

    /**
     * Ends a key at once. One that has ended already stays so, and is not audited again.
     *
     * @throws BapException {@code PRODUCT_NOT_FOUND}, {@code NOT_FOUND}; {@code OPERATION_IN_PROGRESS} if the product is being
     *     deleted, when all its keys have ended
     */
    public PlatformKey revoke(ProductId productId, UUID keyId, Actor actor) {
        return jdbi.inTransaction(handle -> {
            PlatformKeyRingDao keys = lock(handle, productId);
            boolean ends = keys.valid(productId).stream()
                    .anyMatch(valid -> valid.keyId().equals(keyId));
            PlatformKey key = keys.expire(productId, keyId)
                    .orElseThrow(() -> new BapException(
                            ErrorCode.NOT_FOUND,
                            "This product has no platform key of this id. GET /products/{product_id}/platform-keys"
                                    + " lists them."));
            if (ends) {
                handle.attach(AuditDao.class)
                        .insert(
                                productId,
                                null,
                                null,
                                AuditAction.PLATFORM_KEY_REVOKE,
                                actor,
                                Map.of("key_id", keyId.toString()),
                                null);
            }
            return key;
        });
    }

    /**
     * The product's latest keys, newest first, those that have expired included.
     *
     * @throws BapException {@code PRODUCT_NOT_FOUND}
     */
    public List<PlatformKey> list(ProductId productId) {
        return jdbi.withHandle(handle -> {
            if (handle.attach(ProductDao.class).find(productId).isEmpty()) {
                throw Products.notFound();
            }
            return handle.attach(PlatformKeyRingDao.class).list(productId, MOST_LISTED);
        });
    }

    /** Keys are changed one at a time: else two who count the valid ones at once would each add a second. */
    private static PlatformKeyRingDao lock(Handle handle, ProductId productId) {
        if (handle.attach(ProductDao.class).lockPolicy(productId).isEmpty()) {
            throw Products.unchangeable(handle, productId);
        }
        return handle.attach(PlatformKeyRingDao.class);
    }

    /** Not simply the newest that is valid: that would be the one before again, once the newest is revoked. */
    private static void requireEndless(List<PlatformKeyRingDao.ValidKey> valid, KeyHash presented) {
        if (valid.stream()
                .noneMatch(key -> key.expiresAt() == null && key.keyHash().matches(presented))) {
            throw new BapException(
                    ErrorCode.POLICY_DENIED,
                    "Only the product's newest platform key makes another one, and none that is to expire. Use that one, or"
                            + " have the operator make it.");
        }
    }

    private static BapException rotationUnderWay(PlatformKeyRingDao.ValidKey before) {
        String until = before.expiresAt() == null
                ? "it is revoked"
                : before.expiresAt().toString();
        return new BapException(
                ErrorCode.OPERATION_IN_PROGRESS,
                "Two platform keys are valid already: key " + before.keyId() + " until " + until
                        + ". Wait for that, have the operator revoke it, or send overlap_s 0, which ends both at once.");
    }
}
