package ai.september.bap.registry.vault;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The operator's key that seals all engine keys: a Fernet key, 32 bytes, written as 43 or 44 characters of URL-safe
 * base64. Plain base64 is read as well, as Python does. Immutable; its text form is redacted.
 */
public final class MasterKey {

    /** The variable that configures it. */
    public static final String VARIABLE = "ORCH_MASTER_KEY";

    private static final String REMEDY =
            "make one with ./bap keygen, or with docker compose run --rm --no-deps orchestrator keygen";
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{43}=?");

    private final byte[] bytes;

    private MasterKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A new random key. */
    public static MasterKey generate() {
        return generate(new SecureRandom());
    }

    static MasterKey generate(SecureRandom random) {
        byte[] bytes = new byte[Fernet.KEY_LENGTH];
        random.nextBytes(bytes);
        return new MasterKey(bytes);
    }

    /**
     * Reads the variable's value.
     *
     * @throws IllegalArgumentException naming the variable, what is wrong and the remedy, never the value
     */
    public static MasterKey parse(@Nullable String value) {
        return parse(VARIABLE, value);
    }

    /** As the other, for a key that stands elsewhere; messages begin with that place. */
    static MasterKey parse(String place, @Nullable String value) {
        String text =
                SecretSetting.require(place, value, REMEDY).replace('+', '-').replace('/', '_');
        if (!FORM.matcher(text).matches()) {
            throw SecretSetting.refusal(
                    place, "must be 43 or 44 characters of URL-safe base64, which this is not", REMEDY);
        }
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        if (isMonotonous(bytes)) {
            throw SecretSetting.refusal(place, "repeats one byte, which anybody can guess", REMEDY);
        }
        return new MasterKey(bytes);
    }

    /** The key in clear, 44 characters: for whoever must store it, and for nothing else. */
    public String reveal() {
        return Base64.getUrlEncoder().encodeToString(bytes);
    }

    Fernet fernet(SecureRandom random, InstantSource clock) {
        return new Fernet(bytes, random, clock);
    }

    private static boolean isMonotonous(byte[] bytes) {
        byte[] repeated = new byte[bytes.length];
        Arrays.fill(repeated, bytes[0]);
        return Arrays.equals(bytes, repeated);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MasterKey key && MessageDigest.isEqual(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "MasterKey[REDACTED]";
    }
}
