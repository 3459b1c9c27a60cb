package ai.september.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.engine.config.ProviderConfig.ProviderName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineConfigTest {

    /** SHA-256 of {@code abc}, as FIPS 180-2 gives it. */
    private static final String HASH_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private final Map<String, String> variables = new HashMap<>(Map.of("ENGINE_KEY_HASH", HASH_OF_ABC));

    @Test
    void theDefaultsAreThoseOfTheContainer() throws Exception {
        variables.put("LLM_PROVIDER", "echo");
        EngineConfig config = config();
        assertThat(config.brain()).isEqualTo(Path.of("/data/brain.sqlite"));
        assertThat(config.catalog()).isEqualTo(Path.of("/catalog"));
        assertThat(config.host()).isEqualTo("0.0.0.0");
        assertThat(config.port()).isEqualTo(8000);
        assertThat(config.heartbeat()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void relativePathsAreRelativeToWhereTheEngineWasStarted() throws Exception {
        variables.put("LLM_PROVIDER", "echo");
        variables.put("SQLITE_DB_PATH", "brains/one.sqlite");
        assertThat(config().brain()).isEqualTo(Path.of("/started/here/brains/one.sqlite"));
    }

    @ParameterizedTest
    @CsvSource({
        "LLM_PROVIDER=openai ANTHROPIC_API_KEY=sk-ant-a OPENAI_API_KEY=o, OPENAI, o",
        "LLM_PROVIDER=anthropic LLM_API_KEY=l ANTHROPIC_API_KEY=a, ANTHROPIC, l",
        "LLM_API_KEY=sk-ant-l OPENAI_API_KEY=o, ANTHROPIC, sk-ant-l",
        "LLM_API_KEY=sk-ant-l ANTHROPIC_API_KEY=a, ANTHROPIC, sk-ant-l",
        "ANTHROPIC_API_KEY=a OPENAI_API_KEY=o, ANTHROPIC, a",
        "OPENAI_API_KEY=o, OPENAI, o",
        "LLM_PROVIDER=openai LLM_API_KEY= OPENAI_API_KEY=o, OPENAI, o"
    })
    void theProviderAndItsKeyAreFound(String given, ProviderName name, String key) throws Exception {
        give(given);
        ProviderConfig provider = config().provider();
        assertThat(provider.name()).isEqualTo(name);
        assertThat(provider.apiKey()).contains(new Secret(key));
    }

    @ParameterizedTest
    @CsvSource({
        "'', LLM_PROVIDER",
        "LLM_API_KEY=sk-of-somebody, LLM_PROVIDER",
        "GEMINI_API_KEY=g, LLM_PROVIDER",
        "LLM_PROVIDER=Echo, LLM_PROVIDER",
        "LLM_PROVIDER=anthropic, ANTHROPIC_API_KEY",
        "LLM_PROVIDER=openai ANTHROPIC_API_KEY=a, OPENAI_API_KEY"
    })
    void withoutAProviderOrItsKeyTheVariableIsNamed(String given, String variable) {
        give(given);
        assertThatThrownBy(this::config).isInstanceOf(ConfigException.class).hasMessageStartingWith(variable + ": ");
    }

    @Test
    void aServerOfOnesOwnNeedsNoKey() throws Exception {
        give("LLM_PROVIDER=openai LLM_BASE_URL=http://localhost:11434/v1 LLM_MODEL=m");
        assertThat(config().provider().apiKey()).isEmpty();
        assertThat(config().provider().baseUrl()).contains("http://localhost:11434/v1");
        assertThat(config().provider().model()).contains("m");
    }

    @Test
    void whatIsSecretIsNotPrinted() throws Exception {
        give("ANTHROPIC_API_KEY=sk-ant-secret");
        assertThat(config().toString()).doesNotContain("secret", HASH_OF_ABC);
    }

    @Test
    void theKeyIsKnownByItsHash() throws Exception {
        give("LLM_PROVIDER=echo");
        assertThat(config().keyHash().matches("abc")).isTrue();
        assertThat(config().keyHash().matches("abd")).isFalse();
        assertThat(config().keyHash().matches("")).isFalse();
    }

    @Test
    void anUpperCaseHashIsRefused() {
        give("LLM_PROVIDER=echo ENGINE_KEY_HASH=" + HASH_OF_ABC.toUpperCase(Locale.ROOT));
        assertThatThrownBy(this::config).hasMessageStartingWith("ENGINE_KEY_HASH: ");
    }

    private void give(String given) {
        for (String pair : given.split(" ", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                variables.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
    }

    private EngineConfig config() throws ConfigException {
        return EngineConfig.from(new Environment(variables, Path.of("/started/here")));
    }
}
