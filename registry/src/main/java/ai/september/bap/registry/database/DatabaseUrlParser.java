package ai.september.bap.registry.database;

import ai.september.bap.registry.vault.SecretSetting;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The grammar of database addresses. The two families differ in one thing: in a JDBC URL a {@code +} stands for a
 * space, in a PostgreSQL URI for itself.
 */
final class DatabaseUrlParser {

    private static final String EXAMPLE = "postgresql://bap:password@localhost:5432/bap";
    private static final String ESCAPING =
            "characters such as / @ : # ? % in the user or password must be percent-encoded";
    private static final Pattern URL = Pattern.compile(
            "(?<scheme>jdbc:postgresql|jdbc:postgres|postgresql|postgres)://(?:(?<user>[^:/?]*?)(?::(?<password>[^/?]*))?@)?"
                    + "(?<hosts>[^@/?]*)(?:/(?<database>[^/?]*))?(?:\\?(?<query>.*))?");
    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(:(?<port>\\d+))?");
    private static final int MAX_PORT = 65535;

    /** Parameters that libpq and the JDBC driver know by different names. */
    private static final Map<String, String> JDBC_NAMES =
            Map.of("connect_timeout", "connectTimeout", "application_name", "ApplicationName");

    private final Matcher url;
    private final Map<String, String> parameters;

    private DatabaseUrlParser(Matcher url) {
        this.url = url;
        this.parameters = parameters(part("query"));
    }

    static DatabaseUrl parse(String text) {
        if (text.isEmpty()) {
            throw refusal("is not set");
        }
        Matcher url = URL.matcher(text.startsWith("jdbc:") ? text : text.replace("+", "%2B"));
        if (!url.matches()) {
            throw refusal("is not a PostgreSQL address; " + ESCAPING);
        }
        return new DatabaseUrlParser(url).read();
    }

    private DatabaseUrl read() {
        String user = credential("user");
        String password = credential("password");
        if (user.isEmpty()) {
            throw refusal("names no user");
        }
        if (!password.isEmpty()) {
            SecretSetting.require("the password in " + DatabaseUrl.VARIABLE, password, "give the real one");
        }
        return new DatabaseUrl("jdbc:postgresql://" + hosts() + "/" + database() + query(), user, password);
    }

    private String credential(String name) {
        String parameter = parameters.remove(name);
        String before = part(name);
        return decode(before.isEmpty() && parameter != null ? parameter : before);
    }

    private String hosts() {
        String hosts = part("hosts");
        for (String host : hosts.split(",", -1)) {
            Matcher matcher = HOST.matcher(host);
            if (!matcher.matches()) {
                throw refusal("names no legal host and port; " + ESCAPING);
            }
            checkPort(matcher.group("port"));
        }
        return hosts;
    }

    private String database() {
        String database = part("database");
        if (decode(database).isEmpty()) {
            throw refusal("names no database");
        }
        return database;
    }

    /** Without a wish of the operator's, errors leave out the row they are about: it may hold a user's name. */
    private String query() {
        parameters.putIfAbsent("logServerErrorDetail", "false");
        return parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                .collect(Collectors.joining("&", "?", ""));
    }

    private String part(String name) {
        String part = url.group(name);
        return part == null ? "" : part;
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (equals < 1) {
                throw refusal("has a parameter without a value");
            }
            String name = parameter.substring(0, equals);
            parameters.put(JDBC_NAMES.getOrDefault(name, name), parameter.substring(equals + 1));
        }
        return parameters;
    }

    private static void checkPort(String port) {
        if (port != null && (port.length() > 5 || Integer.parseInt(port) < 1 || Integer.parseInt(port) > MAX_PORT)) {
            throw refusal("has a port that is not between 1 and " + MAX_PORT);
        }
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) { // its message quotes the text, so it is no cause
            throw refusal("has a % that is not followed by two hexadecimal digits; " + ESCAPING);
        }
    }

    private static IllegalArgumentException refusal(String wrong) {
        return new IllegalArgumentException(DatabaseUrl.VARIABLE + " " + wrong + "; give it as " + EXAMPLE);
    }
}
