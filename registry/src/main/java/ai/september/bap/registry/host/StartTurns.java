package ai.september.bap.registry.host;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.database.TransactionLock;
import ai.september.bap.registry.id.HostId;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Turns at starting a container on a host, shared by all workers beside it. A turn ends with its worker, in whatever way
 * that ends. Thread-safe.
 */
public final class StartTurns {

    private final Jdbi jdbi;
    private final HostId hostId;
    private final int turns;

    /**
     * The turns of a host.
     *
     * @param jdbi whose pool needs a connection to spare for each turn that is taken or waited for
     * @param turns how many there are at the same time, as this worker sees it; one that sees fewer waits longer
     */
    public StartTurns(Jdbi jdbi, HostId hostId, int turns) {
        this.jdbi = requireNonNull(jdbi, "jdbi");
        this.hostId = requireNonNull(hostId, "hostId");
        this.turns = turns;
    }

    /** Takes a turn, to be closed at its end; waits for one as long as it takes. */
    public TransactionLock take() throws InterruptedException {
        return TransactionLock.take(jdbi, this::tryEach);
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
