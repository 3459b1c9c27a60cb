package ai.september.bap.registry.logs;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.vault.KeyHash;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * What whoever may write the database shows to a worker to read the output of one engine, once. It is known to the two of
 * them, and to nobody who reads the database.
 */
public record LogTicket(String secret) {

    private static final int RANDOM_BYTES = 32;

    public LogTicket {
        requireNonNull(secret, "secret");
    }

    /** A new one. */
    public static LogTicket random(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return new LogTicket(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** What is stored in its place. */
    public KeyHash hash() {
        return KeyHash.of(secret);
    }

    @Override
    public String toString() {
        return "LogTicket[REDACTED]";
    }
}
