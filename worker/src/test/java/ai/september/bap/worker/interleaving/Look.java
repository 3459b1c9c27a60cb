package ai.september.bap.worker.interleaving;

import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What the rows say of a user's engine at one moment.
 *
 * @param frozen whether it sleeps frozen
 * @param open the operation under way; null if there is none
 */
record Look(
        EngineId engineId,
        EngineStatus status,
        long fence,
        int incarnation,
        boolean frozen,
        @Nullable OperationId open) {

    private static final String SQL = """
            SELECT e.engine_id, e.status, e.fence, e.incarnation, e.sleep_mode = 'pause', o.operation_id
            FROM engines e LEFT JOIN operations o ON o.engine_id = e.engine_id AND o.status IN ('pending', 'running')
            WHERE e.product_id = ? AND e.user_id = ?
            """;

    /** By hand: it is done after each step, and takes a tenth of the time that way. */
    static Optional<Look> at(DataSource database, ProductId product, UserId user) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(SQL)) {
            statement.setObject(1, product.value());
            statement.setString(2, user.value());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(of(row)) : Optional.empty();
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static Look of(ResultSet row) throws SQLException {
        UUID open = row.getObject(6, UUID.class);
        return new Look(
                new EngineId(row.getObject(1, UUID.class)),
                EngineStatus.valueOf(row.getString(2).toUpperCase(Locale.ROOT)),
                row.getLong(3),
                row.getInt(4),
                row.getBoolean(5),
                open == null ? null : new OperationId(open));
    }

    /** Whether it runs, and nothing is being done to it. */
    boolean isSettledRunning() {
        return status == EngineStatus.RUNNING && open == null;
    }
}
