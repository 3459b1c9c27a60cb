package ai.september.engine.turn;

import ai.september.engine.brain.EventRow;
import ai.september.engine.brain.TurnEnd;
import ai.september.engine.brain.TurnRef;
import ai.september.engine.brain.TurnStore;
import ai.september.engine.error.EngineException;
import ai.september.engine.error.ErrorCode;
import ai.september.engine.log.Log;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;

/**
 * Turns that are running in the brain and nowhere else: their process was killed, or the brain did not take their end.
 * Thread-safe.
 */
public final class LeftoverTurns {

    /** Far above what any client has seen of such a turn: its last events are lost. */
    private static final long SEQ = 1L << 32;

    private final TurnStore store;
    private final Clock clock;

    public LeftoverTurns(TurnStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Ends what an earlier process left; before any turn of this one. */
    public void endAll() throws SQLException {
        for (TurnRef ref : store.unfinished()) {
            end(ref);
        }
    }

    /** Ends what is left of a task, of which no turn may be running. */
    void endOf(String taskId) throws SQLException {
        for (TurnRef ref : store.unfinishedOf(taskId)) {
            end(ref);
        }
    }

    /** The last events of a turn that runs nowhere and that the brain has no end of; none if it has one. */
    public List<EventRow> missingEnd(TurnRef ref) throws SQLException {
        return store.unfinishedOf(ref.taskId()).contains(ref)
                ? lastEvents(ref, Timestamp.of(clock.instant()))
                : List.of();
    }

    private void end(TurnRef ref) throws SQLException {
        String now = Timestamp.of(clock.instant());
        store.finish(ref.turnId(), TurnEnd.errored(ErrorCode.TURN_INTERRUPTED.name(), now), lastEvents(ref, now));
        Log.info("turn " + ref.turnId() + " had been left without its end");
    }

    private static List<EventRow> lastEvents(TurnRef ref, String now) {
        TurnEvents events = new TurnEvents(ref.taskId(), ref.turnId());
        return List.of(events.error(SEQ, interrupted().envelope()), events.lifecycle(SEQ + 1, "errored", now));
    }

    static EngineException interrupted() {
        return new EngineException(
                ErrorCode.TURN_INTERRUPTED, "The engine ended before this turn did; send the message again.");
    }
}
