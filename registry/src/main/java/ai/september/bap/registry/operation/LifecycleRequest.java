package ai.september.bap.registry.operation;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import org.jspecify.annotations.Nullable;

/**
 * A verb asked for one user's engine.
 *
 * @param actor who asks, for the audit log
 * @param image the image a provision is to use
 * @param flags what an admit may set in motion; without meaning for other verbs
 * @param engineId the engine that is meant, where it is known by its id: another one of the same user is not; else null
 * @param erase for a destroy: whether the user's name goes out of audit log and operations, too
 * @param idempotency what makes a repetition of this request one; null without
 * @param condition throws the {@link BapException} that the request is refused with, unless it is a repetition; null without
 */
public record LifecycleRequest(
        Verb verb,
        ProductId productId,
        UserId userId,
        Actor actor,
        ImageRef image,
        AdmitFlags flags,
        @Nullable EngineId engineId,
        boolean erase,
        @Nullable IdempotencyKey idempotency,
        @Nullable Runnable condition) {

    public LifecycleRequest {
        requireNonNull(verb, "verb");
        requireNonNull(productId, "productId");
        requireNonNull(userId, "userId");
        requireNonNull(actor, "actor");
        requireNonNull(image, "image");
        requireNonNull(flags, "flags");
    }

    /** A plain request. */
    public static LifecycleRequest of(
            Verb verb, ProductId productId, UserId userId, Actor actor, ImageRef image, AdmitFlags flags) {
        return new LifecycleRequest(verb, productId, userId, actor, image, flags, null, false, null, null);
    }

    /** The same, which may be repeated under this key. */
    public LifecycleRequest under(@Nullable IdempotencyKey key) {
        return new LifecycleRequest(verb, productId, userId, actor, image, flags, engineId, erase, key, condition);
    }

    /** The same, for this very engine. */
    public LifecycleRequest of(EngineId engine) {
        return new LifecycleRequest(
                verb, productId, userId, actor, image, flags, engine, erase, idempotency, condition);
    }

    /** The same, which is carried out only where this throws nothing. */
    public LifecycleRequest onCondition(Runnable asked) {
        return new LifecycleRequest(verb, productId, userId, actor, image, flags, engineId, erase, idempotency, asked);
    }

    boolean means(EngineRow engine) {
        return engineId == null || engineId.equals(engine.engineId());
    }

    /** The same destroy, which leaves no trace of the user's name. */
    public LifecycleRequest erasing() {
        return new LifecycleRequest(
                verb, productId, userId, actor, image, flags, engineId, true, idempotency, condition);
    }
}
