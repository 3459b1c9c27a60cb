package ai.september.bap.process.configuration;

/** When an engine's image is fetched from its registry. */
public enum PullPolicy {
    NEVER,
    MISSING,
    ALWAYS
}
