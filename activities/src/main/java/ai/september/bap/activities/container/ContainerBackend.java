package ai.september.bap.activities.container;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whatever runs engines on one host: local processes, a Docker daemon, later Kubernetes.
 *
 * <p>Every verb is idempotent and acts by container id, so that a repeated or late call can not hit a successor. The
 * caller serialises the verbs of one engine (an advisory lock in PostgreSQL); different engines are worked on in
 * parallel, so implementations are thread-safe. All verbs block and react to interruption.
 *
 * <p>Failures are {@link BackendException}s, which know whether a repetition can help.
 */
public interface ContainerBackend {

    /**
     * The container of (engine, incarnation): adopted if it exists, else created, not started. One that was made with
     * another port, image or key hash than the spec's is not adopted as it is: it is brought to the spec, or ended and
     * made anew. Containers of the same engine with another incarnation are not touched here. The engine's volume is
     * created if missing.
     */
    ContainerStatus createOrAdopt(ContainerSpec spec) throws InterruptedException;

    /**
     * Starts the process if none lives; returns with the process started, not with the engine healthy.
     *
     * @throws PortTakenException if something that is not this engine holds its port
     */
    ContainerStatus start(ContainerId id) throws InterruptedException;

    /** Graceful end: SIGTERM, then SIGKILL after the grace period. Frozen containers are thawed first. No-op if dead or gone. */
    void stop(ContainerId id, Duration grace) throws InterruptedException;

    /** Freezes all processes of the container, memory kept. No-op if frozen already. */
    void pause(ContainerId id) throws InterruptedException;

    /**
     * Has the kernel take memory back from a frozen container, as far as it gives it; what its processes touch after they are
     * thawed comes back. Nothing fails where that can not be done.
     *
     * @return what came of it, in words for operators
     */
    String reclaimMemory(ContainerId id) throws InterruptedException;

    /** Thaws a frozen container. No-op if it is running. */
    void resume(ContainerId id) throws InterruptedException;

    /** Removes the container, killing what lives in it; never its volume. No-op if it is gone. */
    void remove(ContainerId id) throws InterruptedException;

    /** The container's state now; empty if it does not exist. */
    Optional<ContainerStatus> inspect(ContainerId id) throws InterruptedException;

    /** What the container was made with, which its process goes by as long as it lives; empty if it does not exist. */
    Optional<ContainerMake> made(ContainerId id) throws InterruptedException;

    /**
     * Whether it is the container itself that listens at its address, and not a stranger that took the port while the
     * engine booted; false while nobody listens there. True where the backend can not know.
     */
    boolean isListening(ContainerId id) throws InterruptedException;

    /**
     * All containers of one engine, of any incarnation. {@code startedAt}, {@code exitCode} and {@code restarts} may be
     * left out here, where they would have to be asked for one by one.
     */
    List<ContainerStatus> list(EngineId engineId) throws InterruptedException;

    /** All containers of this installation on this host; as with {@link #list(EngineId)}. */
    List<ContainerStatus> list() throws InterruptedException;

    /**
     * What an image's name means to an engine here, as an id that changes with the image's content.
     *
     * @param pinned what it meant when the engine got it, which is what it goes on to mean where the backend can keep to
     *     that; null for an engine that has not got it yet: then what it means now
     * @throws BackendException if the image is missing, naming the command that provides it
     */
    String imageId(ImageRef image, @Nullable String pinned) throws InterruptedException;

    /**
     * Brings the brain on the engine's volume to the schema of the spec's image, creating volume and brain if missing.
     * No container of the engine may be live.
     *
     * @param migratedBy the image id that is on record as having migrated this brain last; null if none. Only what is
     *     on record may be skipped.
     */
    BrainMigration migrateBrain(ContainerSpec spec, @Nullable String migratedBy) throws InterruptedException;

    /** The last output of a migrate command that failed, of that engine; as {@link #output}. Empty if there is none. */
    String migrationOutput(EngineId engineId, int maxBytes) throws InterruptedException;

    /** The engines that have a volume of this installation on this host. */
    Set<EngineId> volumes() throws InterruptedException;

    /**
     * Makes sure that an engine which has a brain still has the volume that it is on; nothing is made.
     *
     * @throws BackendException if it has none, naming it and how to bring it back
     */
    void requireVolume(EngineId engineId) throws InterruptedException;

    /** Deletes the engine's volume, brain included. No-op if it is gone. No container of the engine may exist. */
    void removeVolume(EngineId engineId) throws InterruptedException;

    /** The last output of the container, at most {@code maxBytes}; raw: mask it before it goes anywhere. */
    String output(ContainerId id, int maxBytes) throws InterruptedException;

    /**
     * Tells a listener, until it is closed, of processes that end, as soon as that can be known: perhaps twice, and perhaps
     * not of all. What that means for an engine has to be looked at.
     */
    AutoCloseable watchExits(ExitListener listener);

    /**
     * What the container has printed and, if it is followed, what it prints until its process ends; as lines, raw. A line
     * that has no end yet comes when it has one, or when the process has ended. Empty if the container is gone; frozen ones
     * are read as others.
     *
     * @param lines at most so many of what was printed already, the last ones
     * @return to be closed by the caller
     */
    OutputFeed feed(ContainerId id, int lines, boolean follow) throws InterruptedException;
}
