package ai.september.bap.registry.vault;

import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.paddings.PKCS7Padding;
import org.bouncycastle.crypto.paddings.PaddedBufferedBlockCipher;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/** AES in CBC mode with PKCS #7 padding. Authenticates nothing: its caller does, before it decrypts. Thread-safe. */
final class AesCbc {

    static final int BLOCK_LENGTH = 16;

    private final KeyParameter key;

    AesCbc(byte[] key) {
        this.key = new KeyParameter(key);
    }

    byte[] encrypt(byte[] iv, byte[] message) {
        try {
            return run(true, iv, message);
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException("encryption never finds bad padding", e);
        }
    }

    byte[] decrypt(byte[] iv, byte[] ciphertext) {
        if (ciphertext.length % BLOCK_LENGTH != 0) {
            throw new InvalidTokenException("the token's content is not a whole number of blocks");
        }
        try {
            return run(false, iv, ciphertext);
        } catch (InvalidCipherTextException e) {
            throw new InvalidTokenException("the token's content is not padded as it must be");
        }
    }

    private byte[] run(boolean encrypting, byte[] iv, byte[] input) throws InvalidCipherTextException {
        PaddedBufferedBlockCipher cipher =
                new PaddedBufferedBlockCipher(CBCBlockCipher.newInstance(AESEngine.newInstance()), new PKCS7Padding());
        cipher.init(encrypting, new ParametersWithIV(key, iv));
        byte[] output = new byte[cipher.getOutputSize(input.length)];
        int length = cipher.processBytes(input, 0, input.length, output, 0);
        length += cipher.doFinal(output, length);
        return Arrays.copyOf(output, length);
    }
}
