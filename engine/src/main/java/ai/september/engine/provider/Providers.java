package ai.september.engine.provider;

import ai.september.engine.config.ConfigException;
import ai.september.engine.config.ProviderConfig;
import ai.september.engine.config.ProviderConfig.ProviderName;
import java.nio.file.Path;

/** Makes the configured provider. */
public final class Providers {

    private Providers() {}

    /**
     * Makes it without loading its SDK.
     *
     * @param engineHome the folder that holds {@code providers/}
     * @throws ConfigException if the model is impossible
     */
    public static Provider of(ProviderConfig config, Path engineHome) throws ConfigException {
        if (config.name() == ProviderName.ECHO) {
            return EchoProvider.ofModel(config.model().orElse("echo"));
        }
        return new LazyProvider(config, new AdapterLoader(engineHome.resolve("providers")));
    }
}
