package ai.september.engine.provider;

import ai.september.engine.config.ProviderConfig;
import org.jspecify.annotations.Nullable;

/** Loads its provider at the first turn: an SDK's classes cost more memory than the whole idle engine. */
final class LazyProvider implements Provider {

    private final ProviderConfig config;
    private final AdapterLoader loader;
    private @Nullable Provider loaded;

    LazyProvider(ProviderConfig config, AdapterLoader loader) {
        this.config = config;
        this.loader = loader;
    }

    @Override
    public Usage answer(Conversation conversation, TextSink sink) {
        return loaded().answer(conversation, sink);
    }

    private synchronized Provider loaded() {
        Provider provider = loaded;
        if (provider == null) {
            provider = loader.load(config);
            loaded = provider;
        }
        return provider;
    }
}
