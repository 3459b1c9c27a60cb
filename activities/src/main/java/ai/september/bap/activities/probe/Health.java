package ai.september.bap.activities.probe;

/** What an engine's {@code /health} came to. */
public enum Health {
    /** It answered 2xx and ok. */
    OK,
    /** Only its LLM provider fails: it is up, and a restart could not help. */
    DEGRADED,
    /** It answered otherwise, or not at all. */
    NOT_OK;

    /** Whether the engine counts as up. */
    public boolean isUp() {
        return this != NOT_OK;
    }
}
