package ai.september.bap.bench;

import ai.september.bap.registry.operation.OperationKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/**
 * What an operation takes from its row to its end without its steps: Temporal, and our own records between the steps. Not
 * thread-safe.
 */
final class TemporalShare implements AutoCloseable {

    private static final String TIMES = """
            SELECT extract(epoch FROM o.finished_at - o.created_at) * 1000 AS whole,
                extract(epoch FROM sum(s.finished_at - s.started_at)) * 1000 AS steps
            FROM operations o JOIN operation_steps s USING (operation_id)
            WHERE o.engine_id = ? AND o.kind = ? AND o.status = 'succeeded' GROUP BY o.operation_id
            """;

    private final Connection connection;

    /** @param url of the database, as {@code ORCH_DATABASE_URL} has it */
    TemporalShare(String url) throws SQLException {
        connection = OperationTimes.connect(url);
    }

    /**
     * An operation, in milliseconds.
     *
     * @param whole from its row to its end
     * @param steps what of it its steps took
     */
    record Times(double whole, double steps) {

        double share() {
            return whole - steps;
        }
    }

    /** An engine's only operation of that kind, which has succeeded. */
    Times of(Product.Engine engine, OperationKind kind) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TIMES)) {
            statement.setObject(1, UUID.fromString(engine.id()));
            statement.setString(2, kind.wireName());
            try (ResultSet times = statement.executeQuery()) {
                if (!times.next()) {
                    throw new SQLException(kind.wireName() + " of engine " + engine.id() + " has not succeeded");
                }
                return new Times(times.getDouble("whole"), times.getDouble("steps"));
            }
        }
    }

    /** What a provision took without its steps. */
    double ofProvision(Product.Engine engine) throws SQLException {
        return of(engine, OperationKind.PROVISION).share();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
