package ai.september.engine.brain;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The numbered migrations of the brain, newest last. One is added for every change and none is ever edited. A brain's
 * number is its {@code PRAGMA user_version}.
 */
public final class Migrations {

    private static final List<String> FILES = List.of("V001__create_turns.sql", "V002__keep_turn_events.sql");

    /** The version of a brain that this program reads and writes. */
    public static final int CURRENT = FILES.size();

    private Migrations() {}

    /** Applies what is missing, inside the caller's transaction. */
    static void apply(Connection connection, int from) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (int version = from + 1; version <= CURRENT; version++) {
                statement.executeUpdate(script(FILES.get(version - 1)));
            }
            statement.executeUpdate("PRAGMA user_version = " + CURRENT);
        }
    }

    private static String script(String file) {
        try (InputStream in = Migrations.class.getResourceAsStream("/brain/" + file)) {
            if (in == null) {
                throw new IllegalStateException("migration " + file + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("migration " + file + " cannot be read", e);
        }
    }
}
