package ai.september.bap.registry.vault;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of a key's text: what is stored and looked up in its place. Two hashes are always compared in constant time.
 * Immutable. Its text form is redacted: a hash is no key, but nothing that belongs into a log either.
 */
public final class KeyHash {

    /** Length of every hash, in bytes. */
    public static final int LENGTH = 32;

    private final byte[] bytes;

    private KeyHash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The hash of any text that claims to be a key, whatever its form. */
    public static KeyHash of(String key) {
        byte[] text = requireNonNull(key, "key").getBytes(StandardCharsets.UTF_8);
        SHA256Digest digest = new SHA256Digest();
        digest.update(text, 0, text.length);
        byte[] hash = new byte[LENGTH];
        digest.doFinal(hash, 0);
        return new KeyHash(hash);
    }

    /**
     * A hash as PostgreSQL keeps it.
     *
     * @throws IllegalArgumentException unless there are 32 bytes
     */
    public static KeyHash ofBytes(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a key hash has " + LENGTH + " bytes, not " + bytes.length);
        }
        return new KeyHash(bytes.clone());
    }

    /**
     * A hash as {@link #toHex()} writes it.
     *
     * @throws IllegalArgumentException unless there are 64 hexadecimal digits
     */
    public static KeyHash parse(String hex) {
        return ofBytes(HexFormat.of().parseHex(hex));
    }

    /** 64 lower-case digits, the form of {@code ENGINE_KEY_HASH}. */
    public String toHex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** A copy of the 32 bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** Whether the text is the key of this hash; takes the same time wherever they differ. */
    public boolean matches(String key) {
        return matches(of(key));
    }

    /** Whether both are the same; takes the same time wherever they differ. */
    public boolean matches(KeyHash other) {
        return MessageDigest.isEqual(bytes, other.bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyHash hash && matches(hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "KeyHash[REDACTED]";
    }
}
