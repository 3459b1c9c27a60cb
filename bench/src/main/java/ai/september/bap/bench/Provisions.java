package ai.september.bap.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What the registry's rows say about provisions. For one thread. */
final class Provisions implements AutoCloseable {

    /** The most that were under way at the same time, of {@code spans} with a beginning and an end each. */
    private static final String MOST = """
            SELECT max(under_way) FROM (
                SELECT sum(change) OVER (ORDER BY at, change) AS under_way FROM (
                    SELECT began AS at, 1 AS change FROM spans UNION ALL SELECT ended, -1 FROM spans) AS changes) AS sums
            """;

    private static final String OF_USERS =
            " FROM operations o JOIN operation_steps s USING (operation_id) WHERE o.kind = 'provision' AND o.user_id LIKE ?";

    private final Connection connection;

    /** @param url of the database, as {@code ORCH_DATABASE_URL} has it */
    Provisions(String url) throws SQLException {
        connection = OperationTimes.connect(url);
    }

    /** How many there were of these users; a pattern of {@code LIKE}. */
    long count(String users) throws SQLException {
        return number("SELECT count(*) FROM operations WHERE kind = 'provision' AND user_id LIKE ?", users);
    }

    /** How many of these users' engines run. */
    long running(String users) throws SQLException {
        return number("SELECT count(*) FROM engines WHERE status = 'running' AND user_id LIKE ?", users);
    }

    /** How many of these users' provisions came to nothing. */
    long failed(String users) throws SQLException {
        return number(
                "SELECT count(*) FROM operations WHERE status IN ('failed', 'cancelled') AND user_id LIKE ?", users);
    }

    /** The most provisions that were between the beginning of their first step and the end of their last. */
    long mostAtOnce(String users) throws SQLException {
        return most(
                "SELECT min(s.started_at) AS began, max(s.finished_at) AS ended" + OF_USERS
                        + " GROUP BY o.operation_id",
                users);
    }

    /** The most steps beside engines that were being taken. */
    long mostStepsAtOnce(String users) throws SQLException {
        return most("SELECT s.started_at AS began, s.finished_at AS ended" + OF_USERS, users);
    }

    private long most(String spans, String users) throws SQLException {
        return number("WITH spans AS (" + spans + ") " + MOST, users);
    }

    /** When a quarter, half, three quarters and all of them had succeeded, in seconds from the first request's row. */
    List<Double> quarters(String users) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT extract(epoch FROM percentile_disc(part) WITHIN GROUP (ORDER BY finished_at) - min(created_at))
                FROM operations, unnest(ARRAY[0.25, 0.5, 0.75, 1]) AS part
                WHERE kind = 'provision' AND user_id LIKE ? GROUP BY part ORDER BY part
                """)) {
            statement.setString(1, users);
            List<Double> seconds = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    seconds.add(rows.getDouble(1));
                }
            }
            return seconds;
        }
    }

    private long number(String query, String users) throws SQLException {
        return number(connection, query, users);
    }

    /** A query's one number. */
    static long number(Connection connection, String query, String parameter) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, parameter);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
