package ai.september.bap.registry.operation;

import ai.september.bap.registry.id.OperationId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
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

    /** A peer that went without a word is never missed by somebody who only listens. */
    private static final long CHECK_EVERY_NS = TimeUnit.SECONDS.toNanos(5);

    private static final int CHECK_TIMEOUT_S = 2;

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
            } catch (RuntimeException unexpected) {
                // Those who wait may be gone already when this is told to end.
                if (!Thread.currentThread().isInterrupted()) {
                    LOG.warn("not listening for ended operations, polling instead", unexpected);
                    pause();
                }
            }
        }
    }

    private void listen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN operation_ended");
        }
        PGConnection notifications = connection.unwrap(PGConnection.class);
        long checked = System.nanoTime();
        while (!Thread.currentThread().isInterrupted()) {
            PGNotification @Nullable [] ended = notifications.getNotifications(BLOCK_MS);
            if (ended != null) {
                for (PGNotification each : ended) {
                    tell(each.getParameter());
                }
            }
            tick.run();
            if (System.nanoTime() - checked > CHECK_EVERY_NS) {
                check(connection);
                checked = System.nanoTime();
            }
        }
    }

    /** Anybody with access to the database may notify. */
    private void tell(String payload) {
        try {
            onEnd.accept(OperationId.parse(payload));
        } catch (IllegalArgumentException notOurs) {
            LOG.debug("a notification that names no operation", notOurs);
        }
    }

    private static void check(Connection connection) throws SQLException {
        if (!connection.isValid(CHECK_TIMEOUT_S)) {
            throw new SQLException("the connection is dead");
        }
    }

    private void pause() {
        try {
            tick.run();
        } catch (RuntimeException failed) {
            LOG.warn("no polling for ended operations now", failed);
        }
        try {
            Thread.sleep(BLOCK_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
