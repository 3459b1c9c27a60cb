package ai.september.bap.activities.docker;

/** How a worker reaches the engines it probes. */
public enum ProbeVia {
    /** By the engine's own address: it is a container on the engines' network. */
    NETWORK,
    /** By published port, or by the container's address where ports are not published: it runs on the daemon's machine. */
    HOST
}
