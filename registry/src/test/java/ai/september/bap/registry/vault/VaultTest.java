package ai.september.bap.registry.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.security.Security;
import java.time.InstantSource;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VaultTest {

    private final MasterKey masterKey = MasterKey.generate();
    private final Vault vault = vault(masterKey);
    private final ApiKey key = new KeyGenerator(new SecureRandom()).engineKey();

    @Test
    void opensWhatItSealed() {
        String token = vault.seal(key);

        assertThat(vault.open(token)).isEqualTo(key);
        assertThat(token).doesNotContain(key.reveal());
    }

    @Test
    void anotherProcessWithTheSameMasterKeyOpensIt() {
        assertThat(vault(MasterKey.parse(masterKey.reveal())).open(vault.seal(key)))
                .isEqualTo(key);
    }

    @Test
    void anotherMasterKeyIsToldFromTheRightOne() {
        String token = vault.seal(key);

        assertThatThrownBy(() -> vault(MasterKey.generate()).open(token))
                .isInstanceOf(SealedKeyException.class)
                .hasMessageStartingWith("the engine's key was sealed with another ORCH_MASTER_KEY")
                .hasMessageContaining("ORCH_MASTER_KEYS")
                .hasMessageContaining("rotate-key")
                .hasMessageNotContainingAny(token, key.reveal());
    }

    @Test
    void rubbishIsNoSealedKey() {
        assertThatThrownBy(() -> vault.open("rubbish"))
                .isInstanceOf(SealedKeyException.class)
                .hasMessageNotContaining("rubbish");
    }

    @Test
    void whatIsNoEngineKeyIsNotHandedOut() {
        String token =
                masterKey.fernet(new SecureRandom(), InstantSource.system()).encrypt("something else".getBytes(UTF_8));

        assertThatThrownBy(() -> vault.open(token))
                .isInstanceOf(SealedKeyException.class)
                .hasMessageNotContaining("something else");
    }

    @Test
    void opensWhatAnyOfItsKeysSealedAndSealsUnderTheFirst() {
        MasterKey next = MasterKey.generate();
        String old = vault.seal(key);

        String fresh = vault(next, masterKey).seal(key);

        assertThat(vault(next, masterKey).open(old)).isEqualTo(key);
        assertThat(vault(masterKey, next).open(fresh)).isEqualTo(key);
        assertThat(vault(next).open(fresh)).isEqualTo(key);
        assertThatThrownBy(() -> vault.open(fresh)).isInstanceOf(SealedKeyException.class);
    }

    @Test
    void resealsWhatTheFirstKeyDoesNotOpenAndLeavesTheRest() {
        MasterKey next = MasterKey.generate();
        Vault both = vault(next, masterKey);

        String resealed = both.reseal(vault.seal(key)).orElseThrow();

        assertThat(vault(next).open(resealed)).isEqualTo(key);
        assertThat(both.reseal(resealed)).isEmpty();
        assertThatThrownBy(() -> vault(next).reseal(vault.seal(key))).isInstanceOf(SealedKeyException.class);
    }

    @Test
    void whatIsNoEngineKeyIsNotResealed() {
        String token =
                masterKey.fernet(new SecureRandom(), InstantSource.system()).encrypt("something else".getBytes(UTF_8));

        assertThatThrownBy(() -> vault(MasterKey.generate(), masterKey).reseal(token))
                .isInstanceOf(SealedKeyException.class);
        assertThatThrownBy(() -> vault.reseal(token)).isInstanceOf(SealedKeyException.class);
    }

    private static Vault vault(MasterKey first, MasterKey... others) {
        return new Vault(MasterKeys.of(first, others));
    }

    @Test
    void noSecurityProviderIsRegistered() {
        vault.open(vault.seal(key));

        assertThat(Arrays.stream(Security.getProviders()))
                .noneMatch(provider -> provider.getName().startsWith("BC"));
    }
}
