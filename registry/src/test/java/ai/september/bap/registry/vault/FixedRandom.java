package ai.september.bap.registry.vault;

import java.security.SecureRandom;

/** Gives the same bytes again and again. */
final class FixedRandom extends SecureRandom {

    private final byte[] bytes;

    FixedRandom(byte... bytes) {
        this.bytes = bytes.clone();
    }

    @Override
    public void nextBytes(byte[] target) {
        for (int i = 0; i < target.length; i++) {
            target[i] = bytes[i % bytes.length];
        }
    }
}
