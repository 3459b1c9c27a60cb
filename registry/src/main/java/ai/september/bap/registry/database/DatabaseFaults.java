package ai.september.bap.registry.database;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.ConnectionException;

/** Tells a database that is away or overloaded, which passes, from a fault in a statement, which does not. */
public final class DatabaseFaults {

    /** SQLSTATE classes: connection lost; out of resources; stopped or cancelled by its operator. */
    private static final List<String> PASSING = List.of("08", "53", "57");

    private DatabaseFaults() {}

    /** Why no connection was to be had, or that one was lost; empty if the failure is of another kind. */
    public static Optional<String> unavailability(Throwable failure) {
        boolean connecting = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            connecting |= cause instanceof ConnectionException;
            if (cause instanceof SQLException sql && (connecting || isPassing(sql))) {
                return Optional.of(sql.getSQLState() + " " + sql.getMessage());
            }
        }
        return Optional.empty();
    }

    private static boolean isPassing(SQLException fault) {
        String state = fault.getSQLState();
        return state != null && PASSING.stream().anyMatch(state::startsWith);
    }
}
