package ai.september.bap.registry.host;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.database.TransactionLock;
import ai.september.bap.registry.id.HostId;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns at starting a container on a host, shared by all workers beside it. A turn ends with its worker, in whatever way
 * that ends. They keep a daemon from doing too much at once and nothing else: whoever has waited for long goes on without
 * one, lest a worker that is frozen, or a machine that is gone, keep a host from starting anything. Thread-safe.
 */
public final class StartTurns {

    private static final Logger LOG = LoggerFactory.getLogger(StartTurns.class);

    private final Jdbi jdbi;
    private final HostId hostId;
    private final int turns;
    private final Duration patience;

    /**
     * The turns of a host.
     *
     * @param jdbi whose pool needs a connection to spare for each turn that is taken or waited for
     * @param turns how many there are at the same time, as this worker sees it; one that sees fewer waits longer
     * @param patience how long one is waited for: more than a start takes
     */
    public StartTurns(Jdbi jdbi, HostId hostId, int turns, Duration patience) {
        this.jdbi = requireNonNull(jdbi, "jdbi");
        this.hostId = requireNonNull(hostId, "hostId");
        this.turns = turns;
        this.patience = requireNonNull(patience, "patience");
    }

    /** Takes a turn, to be closed at its end; goes on without one when its patience is at an end. */
    public TransactionLock take() throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        return TransactionLock.take(jdbi, handle -> tryEach(handle) || isOver(end));
    }

    private boolean isOver(long end) {
        if (System.nanoTime() < end) {
            return false;
        }
        LOG.warn(
                "all {} turns at starting a container on host {} have been taken for {} s: going on without one; a worker"
                        + " beside it may be frozen",
                turns,
                hostId,
                patience.toSeconds());
        return true;
    }

    /** The scan ends with the first turn that is free: those behind it are not locked. */
    private boolean tryEach(Handle handle) {
        return handle.createQuery("""
                        SELECT turn FROM generate_series(1, :turns) AS turn
                        WHERE pg_try_advisory_xact_lock(hashtextextended('start/' || turn || '/' || :host, 0)) LIMIT 1
                        """)
                .bind("turns", turns)
                .bind("host", hostId.value())
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }
}
