package ai.september.bap.registry.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.database.Json;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {

    private static final String ZEROS = "A".repeat(43);
    private final KeyGenerator zeros = new KeyGenerator(new FixedRandom((byte) 0));

    @Test
    void keysAreAPrefixAndThirtyTwoRandomBytes() {
        assertThat(zeros.platformKey().reveal()).isEqualTo("pk-sept-" + ZEROS);
        assertThat(zeros.engineKey().reveal()).isEqualTo("sk-sept-" + ZEROS);
    }

    @Test
    void noTwoKeysAreTheSame() {
        KeyGenerator generator = new KeyGenerator(new SecureRandom());
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            keys.add(generator.engineKey().reveal());
        }
        assertThat(keys).hasSize(100);
    }

    @Test
    void aKeyIsReadBackTheSame() {
        ApiKey key = zeros.platformKey();

        assertThat(ApiKey.parse(ApiKey.Kind.PLATFORM, key.reveal())).contains(key);
        assertThat(ApiKey.parse(ApiKey.Kind.PLATFORM, key.reveal()).orElseThrow())
                .hasSameHashCodeAs(key);
        assertThat(key).isNotEqualTo(zeros.engineKey());
        assertThat(key.hash()).isEqualTo(KeyHash.of(key.reveal()));
        assertThat(key.kind()).isEqualTo(ApiKey.Kind.PLATFORM);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "pk-sept-",
                "pk-sept-short",
                "sk-sept-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "PK-SEPT-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                " pk-sept-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "pk-sept-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
                "pk-sept-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+/AAAAAAAAAAA"
            })
    void whatCannotBeAPlatformKeyIsNone(String text) {
        assertThat(ApiKey.parse(ApiKey.Kind.PLATFORM, text)).isEmpty();
    }

    @Test
    void aHeaderOfAnyLengthIsNoKey() {
        assertThat(ApiKey.parse(ApiKey.Kind.PLATFORM, "pk-sept-" + "A".repeat(100_000)))
                .isEmpty();
    }

    @Test
    void itLeavesTheProgramOnPurposeOnly() {
        assertThat(zeros.platformKey()).hasToString("pk-sept-[REDACTED]");
        assertThatThrownBy(() -> Json.newMapper().writeValueAsString(new Answer(zeros.engineKey())))
                .isInstanceOf(InvalidDefinitionException.class);
    }

    record Answer(ApiKey key) {}
}
