package ai.september.bap.registry.vault;

import static java.util.Objects.requireNonNull;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes API keys: a prefix and 32 random bytes in URL-safe base64. Thread-safe. */
public final class KeyGenerator {

    private static final int RANDOM_BYTES = 32;

    private final SecureRandom random;

    public KeyGenerator(SecureRandom random) {
        this.random = requireNonNull(random, "random");
    }

    /** A product's new key, {@code pk-sept-…}. */
    public ApiKey platformKey() {
        return key(ApiKey.Kind.PLATFORM);
    }

    /** An engine's new key, {@code sk-sept-…}. */
    public ApiKey engineKey() {
        return key(ApiKey.Kind.ENGINE);
    }

    private ApiKey key(ApiKey.Kind kind) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return ApiKey.of(kind, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }
}
