package ai.september.engine.config;

import ai.september.engine.config.ProviderConfig.ProviderName;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * Finds the provider: {@code LLM_PROVIDER} wins; else a key that is plainly Anthropic's, else {@code OPENAI_API_KEY}.
 * {@code LLM_API_KEY} goes before the provider's own variable. Echo answers only when it is chosen by name.
 */
final class ProviderChoice {

    private final Environment environment;

    ProviderChoice(Environment environment) {
        this.environment = environment;
    }

    ProviderConfig resolve() throws ConfigException {
        ProviderName name = name();
        return new ProviderConfig(name, environment.text("LLM_MODEL"), baseUrl(), key(name));
    }

    private ProviderName name() throws ConfigException {
        Optional<String> chosen = environment.text("LLM_PROVIDER");
        if (chosen.isPresent()) {
            return byId(chosen.get());
        }
        boolean anthropicKey = environment
                .text("LLM_API_KEY")
                .filter(key -> key.startsWith("sk-ant-"))
                .isPresent();
        if (anthropicKey || environment.text("ANTHROPIC_API_KEY").isPresent()) {
            return ProviderName.ANTHROPIC;
        }
        if (environment.text("OPENAI_API_KEY").isPresent()) {
            return ProviderName.OPENAI;
        }
        throw new ConfigException(
                "LLM_PROVIDER",
                "no provider is chosen and no key tells one; set ANTHROPIC_API_KEY or OPENAI_API_KEY, or LLM_PROVIDER to"
                        + " anthropic or openai with LLM_API_KEY, or to echo for offline answers");
    }

    private static ProviderName byId(String id) throws ConfigException {
        for (ProviderName name : ProviderName.values()) {
            if (name.id().equals(id)) {
                return name;
            }
        }
        throw new ConfigException("LLM_PROVIDER", "'" + id + "' is unknown; set it to anthropic, openai or echo");
    }

    private Optional<Secret> key(ProviderName name) throws ConfigException {
        if (name == ProviderName.ECHO) {
            return Optional.empty();
        }
        Optional<Secret> key = environment.secret("LLM_API_KEY");
        if (key.isEmpty()) {
            key = environment.secret(name.keyVariable());
        }
        // A compatible server of one's own often asks for no key.
        if (key.isEmpty() && environment.text("LLM_BASE_URL").isEmpty()) {
            throw new ConfigException(
                    name.keyVariable(), "the provider " + name.id() + " needs a key; set this or LLM_API_KEY");
        }
        return key;
    }

    private Optional<String> baseUrl() throws ConfigException {
        Optional<String> value = environment.text("LLM_BASE_URL");
        if (value.isPresent() && !isHttp(value.get())) {
            throw new ConfigException("LLM_BASE_URL", "is not an http or https URL; correct or unset it");
        }
        return value;
    }

    private static boolean isHttp(String value) {
        try {
            URI uri = new URI(value);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            return http && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
