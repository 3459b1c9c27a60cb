package ai.september.bap.api.product;

import ai.september.bap.api.activity.Activity;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.product.KnownKey;
import ai.september.bap.registry.product.Product;
import ai.september.bap.registry.product.Products;
import ai.september.bap.registry.vault.ApiKey;
import ai.september.bap.registry.vault.KeyHash;
import org.jspecify.annotations.Nullable;

/** Tells whose key a request carries. Thread-safe. */
public final class PlatformKeys {

    private final Products products;
    private final Activity activity;

    public PlatformKeys(Products products, Activity activity) {
        this.products = products;
        this.activity = activity;
    }

    /**
     * The product the key belongs to; one indexed read. The key counts as used.
     *
     * @throws BapException {@code INVALID_PLATFORM_KEY} if there is none
     */
    public Product require(@Nullable String offered) {
        KnownKey known = products.authenticate(hash(offered)).orElseThrow(PlatformKeys::invalid);
        activity.used(known.keyId());
        return known.product();
    }

    /**
     * The hash of a key that has the form of one; what has not, is refused without asking the database.
     *
     * @throws BapException {@code INVALID_PLATFORM_KEY}
     */
    public static KeyHash hash(@Nullable String offered) {
        return ApiKey.parse(ApiKey.Kind.PLATFORM, offered).map(ApiKey::hash).orElseThrow(PlatformKeys::invalid);
    }

    /** The refusal. */
    public static BapException invalid() {
        return new BapException(
                ErrorCode.INVALID_PLATFORM_KEY,
                "The platform key is missing or wrong. Send the product's platform_api_key as X-Platform-Key.");
    }
}
