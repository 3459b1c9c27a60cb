package ai.september.bap.local.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelProviderTest {

    @ParameterizedTest
    @CsvSource({
        "LLM_PROVIDER, openai, true",
        "LLM_API_KEY, sk-ant-x, true",
        "LLM_API_KEY, sk-x, false",
        "ANTHROPIC_API_KEY, sk-ant-x, true",
        "OPENAI_API_KEY, sk-x, true",
        "GEMINI_API_KEY, x, false",
        "LLM_MODEL, m, false",
        "ANTHROPIC_API_KEY, ' ', false",
    })
    void isFoundByTheRulesOfTheReferenceEngine(String variable, String value, boolean configured) {
        assertThat(new ModelProvider(Map.of(variable, value)).isConfigured()).isEqualTo(configured);
    }

    @Test
    void isNotFoundWhereItsKeyIsNotHandedOn() {
        Map<String, String> variables =
                Map.of("OPENAI_API_KEY", "sk-x", ModelProvider.PASSTHROUGH, "ANTHROPIC_API_KEY");

        assertThat(new ModelProvider(variables).isConfigured()).isFalse();
    }

    @Test
    void isAlwaysHandedOnByNameModelAndAddress() {
        ModelProvider provider = new ModelProvider(Map.of(ModelProvider.PASSTHROUGH, " MY_KEY ,LLM_MODEL,"));

        assertThat(provider.passthrough()).isEqualTo("LLM_PROVIDER,LLM_MODEL,LLM_BASE_URL,MY_KEY");
    }

    @Test
    void isAllThatIsHandedOnWhereTheListIsEmpty() {
        ModelProvider provider =
                new ModelProvider(Map.of("ANTHROPIC_API_KEY", "sk-ant-x", ModelProvider.PASSTHROUGH, ""));

        assertThat(provider.passthrough()).isEqualTo("LLM_PROVIDER,LLM_MODEL,LLM_BASE_URL");
        assertThat(provider.isConfigured()).isFalse();
    }

    @Test
    void hasTheUsualVariablesOfProduction() {
        assertThat(new ModelProvider(Map.of()).passthrough())
                .isEqualTo(
                        "LLM_PROVIDER,LLM_MODEL,LLM_BASE_URL,LLM_API_KEY,ANTHROPIC_API_KEY,OPENAI_API_KEY,GEMINI_API_KEY");
    }
}
