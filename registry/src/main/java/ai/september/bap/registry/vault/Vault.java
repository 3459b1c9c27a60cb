package ai.september.bap.registry.vault;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * Seals engine keys under the master key, so that the database alone gives none away. Sealed keys are Fernet tokens
 * that do not expire. Thread-safe.
 */
public final class Vault {

    private final Fernet fernet;

    public Vault(MasterKey masterKey) {
        this(masterKey, new SecureRandom(), InstantSource.system());
    }

    Vault(MasterKey masterKey, SecureRandom random, InstantSource clock) {
        this.fernet = masterKey.fernet(random, clock);
    }

    /** The key as it may be stored; each call gives another text. */
    public String seal(ApiKey key) {
        return fernet.encrypt(key.reveal().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The engine key that was sealed.
     *
     * @throws SealedKeyException if this master key cannot open it, or what it opens is no engine key
     */
    public ApiKey open(String token) {
        return ApiKey.parse(ApiKey.Kind.ENGINE, new String(decrypt(token), StandardCharsets.UTF_8))
                .orElseThrow(() -> new SealedKeyException("what was sealed is not an engine's key"));
    }

    private byte[] decrypt(String token) {
        try {
            return fernet.decrypt(token);
        } catch (InvalidTokenException e) {
            throw new SealedKeyException(e);
        }
    }
}
