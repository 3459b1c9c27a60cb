package ai.september.bap.worker;

/** What happens to the engines of a host when its worker ends. */
public enum EnginesAtEnd {
    /** They go on running: another worker, or the next start of this one, adopts them. */
    LEAVE,
    /** They are stopped, gracefully, and brought back by the next start. */
    STOP
}
