package ai.september.bap.registry.vault;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * Fernet tokens, version 0x80, as https://github.com/fernet/spec defines them; interchangeable with Python's {@code
 * cryptography.fernet}. A token is the URL-safe base64, with padding, of {@code version ‖ time ‖ IV ‖ ciphertext ‖
 * HMAC}: AES-128 in CBC mode with PKCS #7 padding, HMAC-SHA256 over all that precedes it. Thread-safe.
 */
public final class Fernet {

    static final int KEY_LENGTH = 32;
    private static final byte VERSION = (byte) 0x80;
    private static final int IV_LENGTH = 16;
    private static final int HEADER_LENGTH = 1 + Long.BYTES + IV_LENGTH;
    private static final int HMAC_LENGTH = 32;
    private static final int SHORTEST = HEADER_LENGTH + AesCbc.BLOCK_LENGTH + HMAC_LENGTH;

    /** How far a token's clock may be ahead of ours. */
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

    private final KeyParameter signingKey;
    private final AesCbc cipher;
    private final SecureRandom random;
    private final InstantSource clock;

    Fernet(byte[] key, SecureRandom random, InstantSource clock) {
        if (key.length != KEY_LENGTH) {
            throw new IllegalArgumentException("a Fernet key has " + KEY_LENGTH + " bytes, not " + key.length);
        }
        this.signingKey = new KeyParameter(key, 0, KEY_LENGTH / 2);
        this.cipher = new AesCbc(Arrays.copyOfRange(key, KEY_LENGTH / 2, KEY_LENGTH));
        this.random = requireNonNull(random, "random");
        this.clock = requireNonNull(clock, "clock");
    }

    /** A new token of now, under a fresh IV. */
    public String encrypt(byte[] message) {
        byte[] iv = new byte[IV_LENGTH];
        random.nextBytes(iv);
        byte[] ciphertext = cipher.encrypt(iv, message);
        ByteBuffer token = ByteBuffer.allocate(HEADER_LENGTH + ciphertext.length + HMAC_LENGTH)
                .put(VERSION)
                .putLong(clock.instant().getEpochSecond())
                .put(iv)
                .put(ciphertext);
        token.put(hmac(token.array(), token.position()));
        return Base64.getUrlEncoder().encodeToString(token.array());
    }

    /**
     * The message of a token of any age.
     *
     * @throws InvalidTokenException if it is malformed, or was not made with this key
     */
    public byte[] decrypt(String token) {
        return open(authentic(token));
    }

    /**
     * The message of a token that is not older than the limit and not from the future.
     *
     * @throws InvalidTokenException if it is malformed, was not made with this key, or not in that time
     */
    public byte[] decrypt(String token, Duration maxAge) {
        byte[] bytes = authentic(token);
        checkAge(ByteBuffer.wrap(bytes).getLong(1), maxAge);
        return open(bytes);
    }

    /** Nothing of a token is believed before its HMAC is found right. */
    private byte[] authentic(String token) {
        byte[] bytes = decode(token);
        if (bytes.length < SHORTEST || bytes[0] != VERSION) {
            throw new InvalidTokenException("not a Fernet token of version 0x80");
        }
        int signed = bytes.length - HMAC_LENGTH;
        if (!MessageDigest.isEqual(hmac(bytes, signed), Arrays.copyOfRange(bytes, signed, bytes.length))) {
            throw new InvalidTokenException("the token was made with another key, or altered");
        }
        return bytes;
    }

    private void checkAge(long timestamp, Duration maxAge) {
        long now = clock.instant().getEpochSecond();
        if (timestamp < 0 || timestamp > now + CLOCK_SKEW.toSeconds()) {
            throw new InvalidTokenException("the token is from the future; compare the clocks of the machines");
        }
        if (now - timestamp > maxAge.toSeconds()) {
            throw new InvalidTokenException("the token is older than " + maxAge.toSeconds() + " s");
        }
    }

    private byte[] open(byte[] token) {
        byte[] iv = Arrays.copyOfRange(token, HEADER_LENGTH - IV_LENGTH, HEADER_LENGTH);
        return cipher.decrypt(iv, Arrays.copyOfRange(token, HEADER_LENGTH, token.length - HMAC_LENGTH));
    }

    private byte[] hmac(byte[] bytes, int length) {
        HMac hmac = new HMac(new SHA256Digest());
        hmac.init(signingKey);
        hmac.update(bytes, 0, length);
        byte[] result = new byte[HMAC_LENGTH];
        hmac.doFinal(result, 0);
        return result;
    }

    private static byte[] decode(String token) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(token);
            // The decoder forgives missing padding and stray bits at the end.
            if (Base64.getUrlEncoder().encodeToString(bytes).equals(token)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new InvalidTokenException("not URL-safe base64 with padding");
    }
}
