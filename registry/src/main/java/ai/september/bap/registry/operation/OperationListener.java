package ai.september.bap.registry.operation;

import ai.september.bap.registry.id.HostId;
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
 * The one connection of a process that hears what happens to operations. It is opened again when it breaks; what was missed
 * meanwhile somebody else has to find. Runs in a thread of its own until interrupted.
 */
public final class OperationListener implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(OperationListener.class);

    private static final int BLOCK_MS = 1_000;

    /** A peer that went without a word is never missed by somebody who only listens. */
    private static final long CHECK_EVERY_NS = TimeUnit.SECONDS.toNanos(5);

    private static final int CHECK_TIMEOUT_S = 2;

    private final String channel;
    private final ConnectionSource source;
    private final Consumer<String> heard;
    private final Runnable tick;

    /** Opens a connection that is not pooled. */
    public interface ConnectionSource {
        Connection open() throws SQLException;
    }

    private OperationListener(String channel, ConnectionSource source, Consumer<String> heard, Runnable tick) {
        this.channel = channel;
        this.source = source;
        this.heard = heard;
        this.tick = tick;
    }

    /**
     * A listener that tells {@code ended} the id of each operation that ends, and calls {@code tick} every second, so that
     * somebody looks for what it has missed.
     */
    public static OperationListener ofEnds(ConnectionSource source, Consumer<OperationId> ended, Runnable tick) {
        return new OperationListener(
                "operation_ended", source, payload -> ended.accept(OperationId.parse(payload)), tick);
    }

    /** A listener that tells {@code begun} the id of each wake on a host; those that it misses its run in Temporal does. */
    public static OperationListener ofWakes(ConnectionSource source, HostId host, Consumer<OperationId> begun) {
        String ofHost = " " + host;
        return new OperationListener(
                "wake_begun",
                source,
                payload -> {
                    if (payload.endsWith(ofHost)) {
                        begun.accept(OperationId.parse(payload.substring(0, payload.length() - ofHost.length())));
                    }
                },
                () -> {});
    }

    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try (Connection connection = source.open()) {
                listen(connection);
            } catch (SQLException away) {
                LOG.info("not listening to {} now: {}", channel, away.getMessage());
                pause();
            } catch (RuntimeException unexpected) {
                // Those who wait may be gone already when this is told to end.
                if (!Thread.currentThread().isInterrupted()) {
                    LOG.warn("not listening to {} now", channel, unexpected);
                    pause();
                }
            }
        }
    }

    private void listen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN " + channel);
        }
        PGConnection notifications = connection.unwrap(PGConnection.class);
        long checked = System.nanoTime();
        while (!Thread.currentThread().isInterrupted()) {
            PGNotification @Nullable [] told = notifications.getNotifications(BLOCK_MS);
            if (told != null) {
                for (PGNotification each : told) {
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
            heard.accept(payload);
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
            LOG.warn("no look for what was missed on {} now", channel, failed);
        }
        try {
            Thread.sleep(BLOCK_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
