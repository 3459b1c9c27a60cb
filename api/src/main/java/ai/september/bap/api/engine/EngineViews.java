package ai.september.bap.api.engine;

import ai.september.bap.process.configuration.EngineSettings;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.ReachableEngine;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.vault.SealedKeyException;
import ai.september.bap.registry.vault.Vault;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows engines: their address by the configured mode, their key opened from the vault. Thread-safe. */
public final class EngineViews {

    private static final Logger LOG = LoggerFactory.getLogger(EngineViews.class);

    private final Vault vault;
    private final EngineSettings settings;

    public EngineViews(Vault vault, EngineSettings settings) {
        this.vault = vault;
        this.settings = settings;
    }

    /**
     * The whole engine object.
     *
     * @throws BapException {@code UNAVAILABLE} if no master key opens the engine's key
     */
    public EngineView full(ReachableEngine engine) {
        return view(engine, key(engine));
    }

    /** The same of a whole row. */
    public EngineView full(EngineRow engine) {
        return full(engine.reachable());
    }

    /** The engine object as lists have it: without its key. */
    public EngineView listed(EngineRow engine) {
        return view(engine.reachable(), null);
    }

    /** The engine's key in plain. */
    private String key(ReachableEngine engine) {
        try {
            return vault.open(engine.keyToken()).reveal();
        } catch (SealedKeyException closed) {
            LOG.warn("engine {}: {}", engine.engineId(), closed.getMessage());
            throw new BapException(
                    ErrorCode.UNAVAILABLE,
                    "None of this API's master keys opens the engine's key. The operator has to add the one that sealed it"
                            + " (ORCH_MASTER_KEY, ORCH_MASTER_KEYS); rotate-key gives a running engine a new one.");
        }
    }

    /** Where products reach the engine; null while it has no port, unless engines need none. */
    public @Nullable String url(EngineRow engine) {
        return url(engine.reachable());
    }

    private @Nullable String url(ReachableEngine engine) {
        if (engine.port() == null && settings.docker().publishPorts()) {
            return null;
        }
        return switch (settings.urlMode()) {
            case NETWORK -> "http://engine-" + engine.engineId() + ":8000";
            case HOST -> "http://127.0.0.1:" + engine.port();
        };
    }

    private EngineView view(ReachableEngine engine, @Nullable String key) {
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
