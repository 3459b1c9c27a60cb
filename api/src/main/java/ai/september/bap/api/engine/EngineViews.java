package ai.september.bap.api.engine;

import ai.september.bap.process.configuration.EngineUrlMode;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.vault.Vault;
import org.jspecify.annotations.Nullable;

/** Shows engines: their address by the configured mode, their key opened from the vault. Thread-safe. */
public final class EngineViews {

    private final Vault vault;
    private final EngineUrlMode urlMode;

    public EngineViews(Vault vault, EngineUrlMode urlMode) {
        this.vault = vault;
        this.urlMode = urlMode;
    }

    /** The whole engine object. */
    public EngineView full(EngineRow engine) {
        return view(engine, key(engine));
    }

    /** The engine object as lists have it: without its key. */
    public EngineView listed(EngineRow engine) {
        return view(engine, null);
    }

    /** The engine's key in plain. */
    public String key(EngineRow engine) {
        return vault.open(engine.keyToken()).reveal();
    }

    /** Where products reach the engine; null while it has no port. */
    public @Nullable String url(EngineRow engine) {
        if (engine.port() == null) {
            return null;
        }
        return switch (urlMode) {
            case NETWORK -> "http://engine-" + engine.engineId() + ":8000";
            case HOST -> "http://127.0.0.1:" + engine.port();
        };
    }

    private EngineView view(EngineRow engine, @Nullable String key) {
        return new EngineView(
                engine.engineId(),
                engine.userId(),
                engine.status(),
                url(engine),
                key,
                engine.image(),
                engine.createdAt(),
                engine.lastHealthAt());
    }
}
