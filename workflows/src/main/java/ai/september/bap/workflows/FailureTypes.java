package ai.september.bap.workflows;

/** Types of activity failures that are not error codes of the public vocabulary. */
public final class FailureTypes {

    /** The operation ended or was superseded: its run has nothing left to do. Never retried. */
    public static final String SUPERSEDED = "SUPERSEDED";

    /** The container is dead since the worker that launched it ended: it is launched again. Never retried as it is. */
    public static final String LAUNCH_LOST = "LAUNCH_LOST";

    private FailureTypes() {}
}
