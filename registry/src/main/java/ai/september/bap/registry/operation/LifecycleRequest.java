package ai.september.bap.registry.operation;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;

/**
 * A verb asked for one user's engine.
 *
 * @param actor who asks, for the audit log: a product's slug, {@code admin} or {@code system}
 * @param image the image a provision is to use
 * @param flags what an admit may set in motion; without meaning for other verbs
 */
public record LifecycleRequest(
        Verb verb, ProductId productId, UserId userId, String actor, ImageRef image, AdmitFlags flags) {

    public LifecycleRequest {
        requireNonNull(verb, "verb");
        requireNonNull(productId, "productId");
        requireNonNull(userId, "userId");
        requireNonNull(actor, "actor");
        requireNonNull(image, "image");
        requireNonNull(flags, "flags");
    }
}
