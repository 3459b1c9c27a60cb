package ai.september.engine;

import ai.september.engine.brain.Brain;
import ai.september.engine.brain.BrainLock;
import ai.september.engine.brain.BrainLock.BrainInUseException;
import ai.september.engine.brain.BrainVersionException;
import ai.september.engine.brain.TurnStore;
import ai.september.engine.config.ConfigException;
import ai.september.engine.config.EngineConfig;
import ai.september.engine.config.Environment;
import ai.september.engine.http.EngineServer;
import ai.september.engine.log.Log;
import ai.september.engine.provider.Provider;
import ai.september.engine.provider.ProviderHealth;
import ai.september.engine.provider.Providers;
import ai.september.engine.turn.Activity;
import ai.september.engine.turn.Catalog;
import ai.september.engine.turn.LeftoverTurns;
import ai.september.engine.turn.TurnRunner;
import ai.september.engine.turn.Turns;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;

/** The {@code serve} command: puts the engine together, in order. */
final class Serve {

    private Serve() {}

    static void start(Environment environment, long startedNanos) throws BootException, ConfigException {
        EngineConfig config = EngineConfig.from(environment);
        Provider provider = Providers.of(config.provider(), Path.of(System.getProperty("engine.home", "")));
        EngineServer server = bind(config);
        try {
            serve(config, provider, server, startedNanos);
        } catch (BrainVersionException e) {
            throw new BootException(ExitCode.MIGRATION_REQUIRED, String.valueOf(e.getMessage()));
        } catch (BrainInUseException e) {
            throw new BootException(ExitCode.BRAIN_IN_USE, String.valueOf(e.getMessage()));
        } catch (IOException | SQLException e) {
            throw new BootException(
                    ExitCode.BRAIN_ERROR, "the brain at SQLITE_DB_PATH cannot be opened: " + e.getMessage());
        }
    }

    private static void serve(EngineConfig config, Provider provider, EngineServer server, long startedNanos)
            throws IOException, SQLException, BrainVersionException, BrainInUseException {
        Clock clock = Clock.systemUTC();
        Brain.requirePresent(config.brain());
        BrainLock lock = BrainLock.acquire(config.brain());
        Brain brain = Brain.open(config.brain());
        TurnStore store = new TurnStore(brain);
        Turns turns = new Turns();
        ProviderHealth health = new ProviderHealth(clock);
        Catalog catalog = new Catalog(config.catalog());
        Activity activity = new Activity(store.lastActivity());
        TurnRunner runner = new TurnRunner(turns, store, provider, health, catalog, activity, clock);
        LeftoverTurns leftovers = new LeftoverTurns(store, clock);
        leftovers.endAll();
        Runtime.getRuntime().addShutdownHook(new Thread(new Shutdown(turns, runner, server, brain, lock), "shutdown"));
        server.start(config.keyHash(), brain, store, turns, leftovers, runner, health, activity, startedNanos);
        Log.info("serving on port " + server.port() + " with provider "
                + config.provider().name().id() + " after " + (System.nanoTime() - startedNanos) / 1_000_000 + " ms");
    }

    private static EngineServer bind(EngineConfig config) throws BootException {
        try {
            return EngineServer.bind(config.host(), config.port(), config.heartbeat());
        } catch (IOException | RuntimeException e) {
            throw new BootException(
                    ExitCode.ADDRESS_UNAVAILABLE,
                    "ENGINE_HOST, ENGINE_PORT: cannot listen on " + config.host() + ":" + config.port() + " ("
                            + e.getMessage() + "); free the port or set another");
        }
    }
}
