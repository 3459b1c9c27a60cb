package ai.september.bap.registry.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.transaction.DelegatingTransactionHandler;
import org.jdbi.v3.core.transaction.LocalTransactionHandler;
import org.jdbi.v3.core.transaction.TransactionHandler;

/**
 * Gives the statements of a transaction more time than others, which only read: they wait for locks, and for what is durable.
 * A database that hangs is found out before, with the patience of a single statement. The server gives a statement up when
 * we do: what nobody waits for must not keep its locks, nor pile up. Thread-safe.
 */
final class PatientTransactions extends DelegatingTransactionHandler {

    private final int patienceMs;

    PatientTransactions(Duration patience) {
        this(new LocalTransactionHandler(), Math.toIntExact(patience.toMillis()));
    }

    private PatientTransactions(TransactionHandler local, int patienceMs) {
        super(local);
        this.patienceMs = patienceMs;
    }

    @Override
    public <R, X extends Exception> R inTransaction(Handle handle, HandleCallback<R, X> callback) throws X {
        Connection connection = handle.getConnection();
        int usual = networkTimeout(connection);
        try {
            return super.inTransaction(handle, begun -> {
                becomePatient(connection);
                return callback.withHandle(begun);
            });
        } finally {
            become(connection, usual);
        }
    }

    @Override
    public TransactionHandler specialize(Handle handle) throws SQLException {
        return new PatientTransactions(super.specialize(handle), patienceMs);
    }

    private static int networkTimeout(Connection connection) {
        try {
            return connection.getNetworkTimeout();
        } catch (SQLException broken) {
            throw new ConnectionException(broken);
        }
    }

    /** The server first: so it is found out whether it answers. */
    private void becomePatient(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL statement_timeout = " + patienceMs);
            connection.setNetworkTimeout(Runnable::run, patienceMs);
        } catch (SQLException away) {
            throw new ConnectionException(away);
        }
    }

    /** A connection that broke meanwhile needs no timeout any more. */
    private static void become(Connection connection, int timeoutMs) {
        try {
            if (!connection.isClosed()) {
                connection.setNetworkTimeout(Runnable::run, timeoutMs);
            }
        } catch (SQLException broken) {
            throw new ConnectionException(broken);
        }
    }
}
