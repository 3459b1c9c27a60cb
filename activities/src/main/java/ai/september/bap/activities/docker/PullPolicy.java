package ai.september.bap.activities.docker;

/** When an image is fetched from its registry. */
public enum PullPolicy {
    /** Never: it is built or loaded on the host. */
    NEVER,
    /** When the host does not have it. */
    MISSING,
    /** Whenever an engine gets its image. */
    ALWAYS
}
