package ai.september.bap.registry.database;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's address as JDBC needs it. Its text form leaves out the password and every parameter.
 *
 * @param jdbcUrl {@code jdbc:postgresql://…} without user and password
 * @param user never empty
 * @param password empty if none was given
 */
public record DatabaseUrl(String jdbcUrl, String user, String password) {

    /** The variable that configures it. */
    public static final String VARIABLE = "ORCH_DATABASE_URL";

    public DatabaseUrl {
        requireNonNull(jdbcUrl, "jdbcUrl");
        requireNonNull(user, "user");
        requireNonNull(password, "password");
    }

    /**
     * Reads {@code postgresql://user:password@host:port/database?parameters}, {@code postgres://…}, or
     * {@code jdbc:postgresql://host:port/database?user=…&password=…}. User and password are percent-decoded.
     *
     * @throws IllegalArgumentException naming the variable, what is wrong and a good example, never the value
     */
    public static DatabaseUrl parse(@Nullable String text) {
        return DatabaseUrlParser.parse(text == null ? "" : text.strip());
    }

    @Override
    public String toString() {
        int query = jdbcUrl.indexOf('?');
        return "DatabaseUrl[" + (query < 0 ? jdbcUrl : jdbcUrl.substring(0, query)) + ", user=" + user
                + ", password=[REDACTED]]";
    }
}
