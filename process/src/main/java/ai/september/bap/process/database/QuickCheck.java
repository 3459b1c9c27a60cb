package ai.september.bap.process.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.tomcat.jdbc.pool.Validator;

/**
 * Whether a connection of the API is alive, found out in fractions of a second: somebody waits for it, and the pool then tries
 * a new one. Gives each connection its patience with statements, to the millisecond, which the driver's settings cannot, and
 * the server the same: it must not go on with what nobody waits for any more.
 */
public final class QuickCheck implements Validator {

    private static final int CHECK_MS = 300;
    private static final int STATEMENT_MS = 1_500;

    @Override
    public boolean validate(Connection connection, int when) {
        try (Statement statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, CHECK_MS);
            statement.execute("SET statement_timeout = " + STATEMENT_MS);
            connection.setNetworkTimeout(Runnable::run, STATEMENT_MS);
            return true;
        } catch (SQLException dead) {
            return false;
        }
    }
}
