package ai.september.bap.process.configuration;

/** Which of an engine's two addresses products are told; both work at once. */
public enum EngineUrlMode {
    /** By name inside the container network. */
    NETWORK,
    /** By published port on the loopback address. */
    HOST
}
