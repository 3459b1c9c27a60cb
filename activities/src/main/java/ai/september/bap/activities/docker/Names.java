package ai.september.bap.activities.docker;

import ai.september.bap.registry.id.EngineId;

/** What things are called in the daemon. */
final class Names {

    /** Where the brain is, in every container. */
    static final String DATA = "/data";

    static final String BRAIN = "brain.sqlite";
    static final String CATALOG = "/catalog";

    /** Where an engine listens, in its container. */
    static final int PORT = 8000;

    private Names() {}

    /** The engine's container, and its name on the network. */
    static String engine(EngineId engineId) {
        return "engine-" + engineId;
    }

    /** The container that migrates its brain. */
    static String migration(EngineId engineId) {
        return engine(engineId) + "-migrate";
    }

    /** The container, never started, by which its volume gets its owner. */
    static String owner(EngineId engineId) {
        return engine(engineId) + "-owner";
    }

    static String volume(EngineId engineId) {
        return "engine-data-" + engineId;
    }
}
