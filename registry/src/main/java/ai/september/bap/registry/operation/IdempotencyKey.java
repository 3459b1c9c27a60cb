package ai.september.bap.registry.operation;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.vault.KeyHash;
import java.util.regex.Pattern;

/**
 * What makes a repetition of a request one, for a day: the same key, from the same product, at the same path.
 *
 * @param pathUser the user in the path; empty for a provision, whose path names none
 * @param key 1 to 255 visible ASCII characters
 * @param fingerprint hash of what was asked, which has to be the same
 */
public record IdempotencyKey(String pathUser, String key, KeyHash fingerprint) {

    private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,255}");

    public IdempotencyKey {
        requireNonNull(pathUser, "pathUser");
        requireNonNull(fingerprint, "fingerprint");
        if (!VISIBLE.matcher(key).matches()) {
            throw new IllegalArgumentException("Idempotency-Key must be 1 to 255 visible ASCII characters");
        }
    }

    /** Never whose it is. */
    @Override
    public String toString() {
        return "IdempotencyKey[" + key + "]";
    }
}
