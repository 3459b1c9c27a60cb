package ai.september.bap.registry.operation;

import ai.september.bap.registry.id.OperationId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection per replica that hears when operations end. It is opened again when it breaks; what was missed
 * meanwhile the waiters' poll finds. Runs in a thread of its own until interrupted.
 */
public final class OperationListener implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(OperationListener.class);

    private static final int BLOCK_MS = 1_000;

    private final ConnectionSource source;
    private final Consumer<OperationId> onEnd;
    private final Runnable tick;

    /** Opens a connection that is not pooled. */
    public interface ConnectionSource {
        Connection open() throws SQLException;
    }

    /** A listener that tells {@code onEnd} the id of each operation that ends, and calls {@code tick} every second. */
    public OperationListener(ConnectionSource source, Consumer<OperationId> onEnd, Runnable tick) {
        this.source = source;
        this.onEnd = onEnd;
        this.tick = tick;
    }

    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try (Connection connection = source.open()) {
                listen(connection);
            } catch (SQLException away) {
                LOG.info("not listening for ended operations, polling instead: {}", away.getMessage());
                pause();
            }
        }
    }

    private void listen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN operation_ended");
        }
        PGConnection notifications = connection.unwrap(PGConnection.class);
        while (!Thread.currentThread().isInterrupted()) {
            PGNotification @Nullable [] ended = notifications.getNotifications(BLOCK_MS);
            if (ended != null) {
                for (PGNotification each : ended) {
                    onEnd.accept(OperationId.parse(each.getParameter()));
                }
            }
            tick.run();
        }
    }

    private void pause() {
        tick.run();
        try {
            Thread.sleep(BLOCK_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
