package ai.september.bap.registry.engine;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.vault.KeyHash;

/**
 * An engine key as the registry keeps it.
 *
 * @param hash what the engine compares with
 * @param token the key itself as a Fernet token, readable with the master key only
 */
public record SealedKey(KeyHash hash, String token) {

    public SealedKey {
        requireNonNull(hash, "hash");
        requireNonNull(token, "token");
    }

    @Override
    public String toString() {
        return "SealedKey[REDACTED]";
    }
}
