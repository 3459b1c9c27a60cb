package ai.september.engine.brain;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The turns in the brain, one statement per method where that suffices. Thread-safe. */
public final class TurnStore {

    /** Events are kept for this many of the newest turns. */
    public static final int REPLAYABLE_TURNS = 200;

    private final Brain brain;

    public TurnStore(Brain brain) {
        this.brain = brain;
    }

    /** Records that a turn has begun, with its message and first event. */
    public void begin(TurnStart start, EventRow started) throws SQLException {
        brain.write(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("""
                    INSERT INTO turns (turn_id, task_id, status, message, started_at)
                    VALUES (?, ?, 'running', ?, ?)
                    """)) {
                insert.setString(1, start.turnId());
                insert.setString(2, start.taskId());
                insert.setString(3, start.message());
                insert.setString(4, start.startedAt());
                insert.executeUpdate();
            }
            insertEvents(connection, start.turnId(), List.of(started));
            return true;
        });
    }

    /** Records a turn's end and its events; those recorded before are left alone. */
    public void finish(String turnId, TurnEnd end, List<EventRow> events) throws SQLException {
        brain.write(connection -> {
            updateFinished(connection, turnId, end);
            insertEvents(connection, turnId, events);
            forgetOldEvents(connection);
            return true;
        });
    }

    private static void updateFinished(Connection connection, String turnId, TurnEnd end) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE turns SET status = ?, answer = ?, error_code = ?, finished_at = ?,
                    input_tokens = ?, output_tokens = ?, cache_hit_tokens = ?
                WHERE turn_id = ? AND status = 'running'
                """)) {
            update.setString(1, end.answer() == null ? "errored" : "completed");
            update.setString(2, end.answer());
            update.setString(3, end.errorCode());
            update.setString(4, end.finishedAt());
            update.setLong(5, end.inputTokens());
            update.setLong(6, end.outputTokens());
            update.setLong(7, end.cacheHitTokens());
            update.setString(8, turnId);
            update.executeUpdate();
        }
    }

    private static void insertEvents(Connection connection, String turnId, List<EventRow> events) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT OR IGNORE INTO turn_events (turn, seq, name, data)
                VALUES ((SELECT id FROM turns WHERE turn_id = ?), ?, ?, ?)
                """)) {
            for (EventRow event : events) {
                insert.setString(1, turnId);
                insert.setLong(2, event.seq());
                insert.setString(3, event.name());
                insert.setString(4, event.data());
                insert.executeUpdate();
            }
        }
    }

    private static void forgetOldEvents(Connection connection) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("""
                DELETE FROM turn_events
                WHERE turn <= (SELECT id FROM turns ORDER BY id DESC LIMIT 1 OFFSET ?)
                """)) {
            delete.setInt(1, REPLAYABLE_TURNS);
            delete.executeUpdate();
        }
    }

    /**
     * The completed turns of a task, oldest first: the newest ones that fit. The newest of all is always there, cut if it
     * is longer alone.
     *
     * @param maxCharacters of messages and answers together
     */
    public List<CompletedTurn> history(String taskId, int maxCharacters) throws SQLException {
        return brain.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement("""
                    SELECT message, answer FROM turns
                    WHERE task_id = ? AND status = 'completed' AND answer <> '' ORDER BY id DESC
                    """)) {
                select.setString(1, taskId);
                return newestThatFit(select.executeQuery(), maxCharacters);
            }
        });
    }

    private static List<CompletedTurn> newestThatFit(ResultSet rows, int maxCharacters) throws SQLException {
        Deque<CompletedTurn> turns = new ArrayDeque<>();
        int left = maxCharacters;
        while (rows.next()) {
            CompletedTurn turn = new CompletedTurn(rows.getString(1), rows.getString(2));
            if (turn.characters() > left) {
                if (turns.isEmpty()) {
                    turns.addFirst(turn.cutTo(left));
                }
                break;
            }
            left -= turn.characters();
            turns.addFirst(turn);
        }
        return List.copyOf(turns);
    }

    /** The turns without an end. */
    public List<TurnRef> unfinished() throws SQLException {
        return brain.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT turn_id, task_id FROM turns WHERE status = 'running'")) {
                return refs(select.executeQuery());
            }
        });
    }

    /** The turns of a task without an end: one at most. */
    public List<TurnRef> unfinishedOf(String taskId) throws SQLException {
        return brain.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT turn_id, task_id FROM turns WHERE task_id = ? AND status = 'running'")) {
                select.setString(1, taskId);
                return refs(select.executeQuery());
            }
        });
    }

    private static List<TurnRef> refs(ResultSet rows) throws SQLException {
        List<TurnRef> turns = new ArrayList<>();
        while (rows.next()) {
            turns.add(new TurnRef(rows.getString(1), rows.getString(2)));
        }
        return turns;
    }

    public Optional<TurnRef> lastOf(String taskId) throws SQLException {
        return one("SELECT turn_id, task_id FROM turns WHERE task_id = ? ORDER BY id DESC LIMIT 1", taskId);
    }

    public Optional<TurnRef> byId(String turnId) throws SQLException {
        return one("SELECT turn_id, task_id FROM turns WHERE turn_id = ?", turnId);
    }

    private Optional<TurnRef> one(String sql, String id) throws SQLException {
        return brain.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                select.setString(1, id);
                ResultSet row = select.executeQuery();
                return row.next() ? Optional.of(new TurnRef(row.getString(1), row.getString(2))) : Optional.empty();
            }
        });
    }

    /** A turn's recorded events in order; empty if they are no longer kept. */
    public List<EventRow> events(String turnId) throws SQLException {
        return brain.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement("""
                    SELECT seq, name, data FROM turn_events
                    WHERE turn = (SELECT id FROM turns WHERE turn_id = ?) ORDER BY seq
                    """)) {
                select.setString(1, turnId);
                ResultSet rows = select.executeQuery();
                List<EventRow> events = new ArrayList<>();
                while (rows.next()) {
                    events.add(new EventRow(rows.getLong(1), rows.getString(2), rows.getString(3)));
                }
                return events;
            }
        });
    }

    /** When the newest turn began or ended. */
    public Optional<String> lastActivity() throws SQLException {
        return brain.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                            "SELECT coalesce(finished_at, started_at) FROM turns ORDER BY id DESC LIMIT 1");
                    ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        });
    }
}
