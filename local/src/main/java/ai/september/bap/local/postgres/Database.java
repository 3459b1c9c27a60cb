package ai.september.bap.local.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** The orchestrator's database on an embedded server. */
record Database(int port, String user, String password) {

    private static final String NAME = "orchestrator";

    /** Seconds after which a server that does not answer counts as dead. */
    private static final String TIMEOUT_S = "5";

    /** Creates the database where it is missing. */
    void create() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            if (!exists(statement)) {
                statement.execute("CREATE DATABASE " + NAME);
            }
        }
    }

    private static boolean exists(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + NAME + "'")) {
            return rows.next();
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", TIMEOUT_S);
        properties.setProperty("socketTimeout", TIMEOUT_S);
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties);
    }

    /** In the form of {@code ORCH_DATABASE_URL}. */
    String url() {
        return "postgresql://" + user + ":" + password + "@127.0.0.1:" + port + "/" + NAME;
    }

    @Override
    public String toString() {
        return "Database[port=" + port + ", user=" + user + ", password=[REDACTED]]";
    }
}
