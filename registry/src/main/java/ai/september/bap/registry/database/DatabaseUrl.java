package ai.september.bap.registry.database;

import static java.util.Objects.requireNonNull;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    private static final Pattern FIRST_HOST = Pattern.compile("jdbc:postgresql://(\\[[^]]+]|[^:,/]+)");

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

    /** The host, or the first of several, without its port; an IPv6 address without brackets. */
    public String firstHost() {
        Matcher host = FIRST_HOST.matcher(jdbcUrl);
        if (!host.lookingAt()) {
            throw new IllegalStateException("no host in " + this);
        }
        return host.group(1).replaceAll("[\\[\\]]", "");
    }

    @Override
    public String toString() {
        int query = jdbcUrl.indexOf('?');
        return "DatabaseUrl[" + (query < 0 ? jdbcUrl : jdbcUrl.substring(0, query)) + ", user=" + user
                + ", password=[REDACTED]]";
    }
}
