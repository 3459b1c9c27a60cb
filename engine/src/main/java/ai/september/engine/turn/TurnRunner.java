package ai.september.engine.turn;

import ai.september.engine.brain.CompletedTurn;
import ai.september.engine.brain.EventRow;
import ai.september.engine.brain.TurnEnd;
import ai.september.engine.brain.TurnRef;
import ai.september.engine.brain.TurnStart;
import ai.september.engine.brain.TurnStore;
import ai.september.engine.error.EngineException;
import ai.september.engine.error.ErrorCode;
import ai.september.engine.error.FlatError;
import ai.september.engine.log.Log;
import ai.september.engine.provider.Conversation;
import ai.september.engine.provider.Conversation.Exchange;
import ai.september.engine.provider.Provider;
import ai.september.engine.provider.ProviderHealth;
import ai.september.engine.provider.Usage;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Runs turns, each on a thread of its own that no client can stop. A turn is in the brain before it runs, and its end is
 * in the brain before anybody hears of it. Thread-safe.
 */
public final class TurnRunner {

    /** About 50,000 tokens. */
    private static final int HISTORY_CHARACTERS = 200_000;

    private final Turns turns;
    private final TurnStore store;
    private final LeftoverTurns leftovers;
    private final Provider provider;
    private final ProviderHealth health;
    private final Catalog catalog;
    private final Activity activity;
    private final Clock clock;
    private final TurnThreads threads;

    public TurnRunner(
            Turns turns,
            TurnStore store,
            Provider provider,
            ProviderHealth health,
            Catalog catalog,
            Activity activity,
            Clock clock) {
        this(turns, store, provider, health, catalog, activity, clock, TurnThreads::startDaemon);
    }

    TurnRunner(
            Turns turns,
            TurnStore store,
            Provider provider,
            ProviderHealth health,
            Catalog catalog,
            Activity activity,
            Clock clock,
            TurnThreads threads) {
        this.turns = turns;
        this.store = store;
        this.leftovers = new LeftoverTurns(store, clock);
        this.provider = provider;
        this.health = health;
        this.catalog = catalog;
        this.activity = activity;
        this.clock = clock;
        this.threads = threads;
    }

    /**
     * Starts a turn; the task is a new one if its id is.
     *
     * @throws EngineException if the task is busy, the engine is full or draining, or the brain does not take it
     */
    public Turn start(String taskId, String message) {
        Turn turn = new Turn(new TurnRef("turn_" + randomId(), taskId), message);
        turns.admit(turn);
        boolean recorded = false;
        try {
            record(turn);
            recorded = true;
        } finally {
            if (!recorded) {
                turns.release(turn);
            }
        }
        launch(turn);
        return turn;
    }

    private void launch(Turn turn) {
        try {
            threads.start(turn.ref().turnId(), () -> run(turn));
        } catch (OutOfMemoryError noThread) {
            Log.error("turn " + turn.ref().turnId() + " got no thread from the system");
            fail(
                    turn,
                    new EngineException(
                            ErrorCode.ENGINE_BUSY, "The system has no thread left; send the message again later."));
        }
    }

    /** A new id of 32 hex digits. */
    public static String randomId() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private void record(Turn turn) {
        TurnRef ref = turn.ref();
        String now = now();
        EventRow started = turn.events().lifecycle(turn.nextSeq(), "started", now);
        try {
            // No turn of the task runs, or this one would not have been admitted.
            leftovers.endOf(ref.taskId());
            store.begin(new TurnStart(ref.turnId(), ref.taskId(), turn.message(), now), started);
        } catch (SQLException e) {
            throw brainError(e);
        }
        turn.publish(started);
        activity.touch(now);
    }

    private void run(Turn turn) {
        long from = System.nanoTime();
        try {
            complete(turn, provider.answer(conversation(turn), turn::text));
        } catch (EngineException e) {
            health.failed(e.code());
            fail(turn, e);
        } catch (Throwable e) {
            // The class only: messages of libraries may quote what they were given.
            Log.error("turn " + turn.ref().turnId() + " failed unexpectedly: " + Log.trace(e));
            fail(turn, new EngineException(ErrorCode.INTERNAL_ERROR, "The engine failed; its log has the turn's id."));
        }
        Log.info("turn " + turn.ref().turnId() + " ended after " + (System.nanoTime() - from) / 1_000_000 + " ms");
    }

    private Conversation conversation(Turn turn) {
        List<Exchange> history = new ArrayList<>();
        try {
            for (CompletedTurn past : store.history(turn.ref().taskId(), HISTORY_CHARACTERS)) {
                history.add(new Exchange(past.message(), past.answer()));
            }
        } catch (SQLException e) {
            throw brainError(e);
        }
        return new Conversation(catalog.system(), history, turn.message());
    }

    private void complete(Turn turn, Usage usage) {
        health.succeeded();
        if (!turn.settle()) {
            return;
        }
        turn.flushText();
        String now = now();
        long seq = turn.nextSeq();
        List<EventRow> last =
                List.of(turn.events().usage(seq, usage), turn.events().lifecycle(seq + 1, "completed", now));
        TurnEnd end = new TurnEnd(
                turn.answer(), null, now, usage.inputTokens(), usage.outputTokens(), usage.cacheHitTokens());
        try {
            finish(turn, end, last);
        } catch (SQLException e) {
            end(turn, errored(turn, brainError(e).envelope(), now), now);
        }
    }

    private void fail(Turn turn, EngineException cause) {
        if (!turn.settle()) {
            return;
        }
        turn.flushText();
        String now = now();
        List<EventRow> last = errored(turn, cause.envelope(), now);
        try {
            finish(turn, TurnEnd.errored(cause.code().name(), now), last);
        } catch (SQLException e) {
            Log.error("turn " + turn.ref().turnId() + " could not be recorded: " + e.getErrorCode());
            end(turn, last, now);
        }
    }

    private static List<EventRow> errored(Turn turn, FlatError error, String now) {
        long seq = turn.nextSeq();
        return List.of(turn.events().error(seq, error), turn.events().lifecycle(seq + 1, "errored", now));
    }

    private void finish(Turn turn, TurnEnd end, List<EventRow> last) throws SQLException {
        List<EventRow> events = new ArrayList<>(turn.log().snapshot());
        events.addAll(last);
        store.finish(turn.ref().turnId(), end, events);
        end(turn, last, end.finishedAt());
    }

    /** The task is free before anybody hears of the end, so that whoever does can send the next message at once. */
    private void end(Turn turn, List<EventRow> last, String now) {
        activity.touch(now);
        turns.release(turn);
        turn.log().end(last);
    }

    /** Ends what still runs, so that clients and the brain know. */
    public void interruptAll() {
        for (Turn turn : turns.all()) {
            fail(turn, LeftoverTurns.interrupted());
        }
    }

    private static EngineException brainError(SQLException e) {
        Log.error("the brain failed with SQLite code " + e.getErrorCode());
        return new EngineException(ErrorCode.BRAIN_ERROR, "The brain does not take writes; see the engine's log.");
    }

    private String now() {
        return Timestamp.of(clock.instant());
    }
}
