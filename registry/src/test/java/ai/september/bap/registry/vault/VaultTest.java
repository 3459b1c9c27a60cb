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
    private final Vault vault = new Vault(masterKey);
    private final ApiKey key = new KeyGenerator(new SecureRandom()).engineKey();

    @Test
    void opensWhatItSealed() {
        String token = vault.seal(key);

        assertThat(vault.open(token)).isEqualTo(key);
        assertThat(token).doesNotContain(key.reveal());
    }

    @Test
    void anotherProcessWithTheSameMasterKeyOpensIt() {
        assertThat(new Vault(MasterKey.parse(masterKey.reveal())).open(vault.seal(key)))
                .isEqualTo(key);
    }

    @Test
    void anotherMasterKeyIsToldFromTheRightOne() {
        String token = vault.seal(key);

        assertThatThrownBy(() -> new Vault(MasterKey.generate()).open(token))
                .isInstanceOf(SealedKeyException.class)
                .hasMessageStartingWith("the engine's key was sealed with another ORCH_MASTER_KEY")
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
    void noSecurityProviderIsRegistered() {
        vault.open(vault.seal(key));

        assertThat(Arrays.stream(Security.getProviders()))
                .noneMatch(provider -> provider.getName().startsWith("BC"));
    }
}
