package ai.september.bap.local.dev;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which variables engines get, and whether these name a model provider. */
final class ModelProvider {

    static final String PASSTHROUGH = "ORCH_ENGINE_ENV_PASSTHROUGH";
    static final String PROVIDER = "LLM_PROVIDER";

    /** Handed on whatever the list says: without them the reference engine would refuse to boot. */
    private static final List<String> ALWAYS = List.of(PROVIDER, "LLM_MODEL", "LLM_BASE_URL");

    private static final List<String> USUAL = List.of(
            PROVIDER,
            "LLM_MODEL",
            "LLM_BASE_URL",
            "LLM_API_KEY",
            "ANTHROPIC_API_KEY",
            "OPENAI_API_KEY",
            "GEMINI_API_KEY");

    private final Map<String, String> environment;
    private final Set<String> handedOn;

    ModelProvider(Map<String, String> environment) {
        this.environment = environment;
        this.handedOn = new LinkedHashSet<>(ALWAYS);
        // Set and empty means none beyond those that are always handed on.
        Optional.ofNullable(environment.get(PASSTHROUGH))
                .ifPresentOrElse(list -> handedOn.addAll(names(list)), () -> handedOn.addAll(USUAL));
    }

    private static List<String> names(String list) {
        return Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private Optional<String> given(String variable) {
        return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isBlank());
    }

    /** The value of {@value #PASSTHROUGH}. */
    String passthrough() {
        return String.join(",", handedOn);
    }

    /** Whether an engine would find a provider, by the rules of the reference engine. */
    boolean isConfigured() {
        return given(PROVIDER).isPresent()
                || reaches("LLM_API_KEY")
                        .filter(key -> key.startsWith("sk-ant-"))
                        .isPresent()
                || reaches("ANTHROPIC_API_KEY").isPresent()
                || reaches("OPENAI_API_KEY").isPresent();
    }

    private Optional<String> reaches(String variable) {
        return handedOn.contains(variable) ? given(variable) : Optional.empty();
    }
}
