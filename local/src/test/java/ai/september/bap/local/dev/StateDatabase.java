package ai.september.bap.local.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the embedded database of a state folder says about operations, while it runs. */
final class StateDatabase {

    private final Path folder;

    StateDatabase(Path home) {
        this.folder = home.resolve("postgres");
    }

    /** Users whose operations have not ended. */
    List<String> open() throws SQLException, IOException {
        return openAt(Instant.now());
    }

    /** Users whose operations had begun and not ended at that moment. */
    List<String> openAt(Instant moment) throws SQLException, IOException {
        String sql =
                "SELECT user_id FROM operations WHERE created_at <= ? AND (finished_at IS NULL OR finished_at > ?)";
        List<String> users = new ArrayList<>();
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setTimestamp(1, Timestamp.from(moment));
            statement.setTimestamp(2, Timestamp.from(moment));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    users.add(rows.getString(1));
                }
            }
        }
        return users;
    }

    /** Writes as no program does. */
    void execute(String sql) throws SQLException, IOException {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        }
    }

    private Connection connect() throws SQLException, IOException {
        String port = Files.readString(folder.resolve("port")).strip();
        String password = Files.readString(folder.resolve("password")).strip();
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/orchestrator", "orchestrator", password);
    }
}
