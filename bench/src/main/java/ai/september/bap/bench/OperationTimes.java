package ai.september.bap.bench;

import ai.september.bap.registry.operation.OperationKind;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of operations of one kind goes, from the moment the client sends to the moment it has the answer. What GET
 * /operations/{id} shows, read where it has microseconds. Not thread-safe.
 */
final class OperationTimes implements AutoCloseable {

    private static final String MOMENTS = """
            WITH o AS (SELECT * FROM operations WHERE engine_id = ? AND kind = ? ORDER BY created_at DESC LIMIT 1)
            SELECT 0 AS place, 'request to operation row' AS ends, created_at AS at FROM o
            UNION ALL SELECT 1, 'until it was taken up', started_at FROM o
            UNION ALL SELECT 2 * position + 2, 'until ' || name || ' began', s.started_at
                FROM operation_steps s JOIN o USING (operation_id) WHERE s.started_at < s.finished_at
            UNION ALL SELECT 2 * position + 3, '**' || name || '**', s.finished_at
                FROM operation_steps s JOIN o USING (operation_id) WHERE s.started_at < s.finished_at
            UNION ALL SELECT 1000, 'until the operation ended', finished_at FROM o
            ORDER BY place
            """;

    private final Connection connection;
    private final OperationKind kind;
    private final Map<String, Samples> phases = new LinkedHashMap<>();

    /** @param url of the database, as {@code ORCH_DATABASE_URL} has it */
    OperationTimes(String url, OperationKind kind) throws SQLException {
        this.connection = connect(url);
        this.kind = kind;
    }

    /** Opens a connection; the caller closes it. */
    static Connection connect(String url) throws SQLException {
        String[] parts = url.substring(url.indexOf("//") + 2).split("[:@]", 3);
        return DriverManager.getConnection("jdbc:postgresql://" + parts[2], parts[0], parts[1]);
    }

    /** Adds the engine's latest operation, with when its client asked for it. */
    void add(Product.Engine engine) throws SQLException {
        Instant last = engine.sent();
        try (PreparedStatement statement = connection.prepareStatement(MOMENTS)) {
            statement.setObject(1, UUID.fromString(engine.id()));
            statement.setString(2, kind.wireName());
            try (ResultSet moments = statement.executeQuery()) {
                while (moments.next()) {
                    last = phase(moments.getString("ends"), last, moments.getTimestamp("at"));
                }
            }
        }
        phase("until the client had the answer", last, Timestamp.from(engine.answered()));
    }

    private Instant phase(String name, Instant from, @Nullable Timestamp end) {
        if (end == null) {
            return from;
        }
        phases.computeIfAbsent(name, unused -> new Samples()).add(Duration.between(from, end.toInstant()));
        return end.toInstant();
    }

    /** A row per phase: name, median and 95th percentile in milliseconds. */
    List<List<Object>> rows() {
        return phases.entrySet().stream()
                .map(phase -> List.<Object>of(
                        phase.getKey(), phase.getValue().p50(), phase.getValue().p95()))
                .toList();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
