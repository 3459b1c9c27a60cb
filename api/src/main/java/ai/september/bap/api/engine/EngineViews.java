package ai.september.bap.api.engine;

import ai.september.bap.process.configuration.EngineSettings;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.vault.Vault;
import org.jspecify.annotations.Nullable;

/** Shows engines: their address by the configured mode, their key opened from the vault. Thread-safe. */
public final class EngineViews {

    private final Vault vault;
    private final EngineSettings settings;

    public EngineViews(Vault vault, EngineSettings settings) {
        this.vault = vault;
        this.settings = settings;
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

    /** Where products reach the engine; null while it has no port, unless engines need none. */
    public @Nullable String url(EngineRow engine) {
        if (engine.port() == null && settings.docker().publishPorts()) {
            return null;
        }
        return switch (settings.urlMode()) {
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
