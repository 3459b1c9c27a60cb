package ai.september.engine.config;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Which provider answers, and how it is reached.
 *
 * @param model its model, or empty for the provider's default here; for echo {@code echo-<n>ms}, the pause between deltas
 * @param baseUrl in the form the provider's SDK takes it, or empty for its own
 * @param apiKey empty for a provider that needs none
 */
public record ProviderConfig(
        ProviderName name, Optional<String> model, Optional<String> baseUrl, Optional<Secret> apiKey) {

    public ProviderConfig {
        requireNonNull(name, "name");
        requireNonNull(model, "model");
        requireNonNull(baseUrl, "baseUrl");
        requireNonNull(apiKey, "apiKey");
    }

    /** The providers there are. */
    public enum ProviderName {
        ANTHROPIC("anthropic", "ANTHROPIC_API_KEY"),
        OPENAI("openai", "OPENAI_API_KEY"),
        ECHO("echo", "");

        private final String id;
        private final String keyVariable;

        ProviderName(String id, String keyVariable) {
            this.id = id;
            this.keyVariable = keyVariable;
        }

        /** As in {@code LLM_PROVIDER}. */
        public String id() {
            return id;
        }

        /** The provider's own variable for its key. */
        String keyVariable() {
            return keyVariable;
        }
    }
}
