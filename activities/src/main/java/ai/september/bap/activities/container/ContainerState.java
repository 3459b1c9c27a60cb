package ai.september.bap.activities.container;

/** What a container's process is doing. */
public enum ContainerState {
    /** Made, never started. */
    CREATED,
    /** Its process lives. */
    RUNNING,
    /** Its processes are frozen, memory kept. */
    PAUSED,
    /** Its process has ended by itself, and whoever runs it is about to start it again. */
    RESTARTING,
    /** Its process has ended. */
    EXITED
}
