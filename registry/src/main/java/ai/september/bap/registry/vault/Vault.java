package ai.september.bap.registry.vault;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Seals engine keys under the first master key, so that the database alone gives none away, and opens what any of the
 * master keys sealed. Sealed keys are Fernet tokens that do not expire. Thread-safe.
 */
public final class Vault {

    private final List<Fernet> fernets;

    public Vault(MasterKeys masterKeys) {
        this(masterKeys, new SecureRandom(), InstantSource.system());
    }

    Vault(MasterKeys masterKeys, SecureRandom random, InstantSource clock) {
        this.fernets = masterKeys.inOrder().stream()
                .map(key -> key.fernet(random, clock))
                .toList();
    }

    /** The key as it may be stored; each call gives another text. */
    public String seal(ApiKey key) {
        return fernets.get(0).encrypt(key.reveal().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The engine key that was sealed.
     *
     * @throws SealedKeyException if none of the master keys can open it, or what they open is no engine key
     */
    public ApiKey open(String token) {
        return engineKey(decrypt(token));
    }

    /**
     * The same engine key, sealed under the first master key.
     *
     * @return empty if it is already
     * @throws SealedKeyException as {@link #open}
     */
    public Optional<String> reseal(String token) {
        Opened opened = decrypt(token);
        ApiKey key = engineKey(opened);
        return opened.byFirst() ? Optional.empty() : Optional.of(seal(key));
    }

    /** What a token held, and whether the first master key was the one to open it. */
    private record Opened(String text, boolean byFirst) {

        @Override
        public String toString() {
            return "Opened[REDACTED]";
        }
    }

    private static ApiKey engineKey(Opened opened) {
        return ApiKey.parse(ApiKey.Kind.ENGINE, opened.text())
                .orElseThrow(() -> new SealedKeyException("what was sealed is not an engine's key"));
    }

    private Opened decrypt(String token) {
        Fernet first = fernets.get(0);
        InvalidTokenException refusal = new InvalidTokenException("no master key was tried");
        for (Fernet fernet : fernets) {
            try {
                return new Opened(new String(fernet.decrypt(token), StandardCharsets.UTF_8), fernet == first);
            } catch (InvalidTokenException another) {
                refusal = another;
            }
        }
        throw new SealedKeyException(refusal);
    }
}
