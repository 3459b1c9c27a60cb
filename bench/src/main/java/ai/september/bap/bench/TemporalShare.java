package ai.september.bap.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/**
 * What a provision takes from its row to its end without its steps: Temporal, and our own records between the steps. Not
 * thread-safe.
 */
final class TemporalShare implements AutoCloseable {

    private static final String BETWEEN_STEPS = """
            SELECT extract(epoch FROM o.finished_at - o.created_at - sum(s.finished_at - s.started_at)) * 1000
            FROM operations o JOIN operation_steps s USING (operation_id)
            WHERE o.engine_id = ? AND o.kind = 'provision' GROUP BY o.operation_id
            """;

    private final Connection connection;

    /** @param url of the database, as {@code ORCH_DATABASE_URL} has it */
    TemporalShare(String url) throws SQLException {
        connection = OperationTimes.connect(url);
    }

    void add(String engineId, Samples samples) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(BETWEEN_STEPS)) {
            statement.setObject(1, UUID.fromString(engineId));
            try (ResultSet share = statement.executeQuery()) {
                while (share.next()) {
                    samples.add(share.getDouble(1));
                }
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
