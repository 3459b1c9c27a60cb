package ai.september.bap.process.configuration;

/** What runs engines. */
public enum EngineBackend {
    /** One container per engine. */
    DOCKER,
    /** Child processes of the worker, for one person's machine. */
    SUBPROCESS
}
