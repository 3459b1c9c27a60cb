package ai.september.engine.http;

import ai.september.engine.error.EngineException;
import ai.september.engine.error.ErrorCode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/** The parameters of a URL, each at most once. */
record Query(Map<String, String> parameters) {

    Query {
        parameters = Map.copyOf(parameters);
    }

    static Query of(@Nullable String rawQuery) {
        Map<String, String> parameters = new HashMap<>();
        StringTokenizer pairs = new StringTokenizer(rawQuery == null ? "" : rawQuery, "&");
        while (pairs.hasMoreTokens()) {
            String pair = pairs.nextToken();
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (parameters.put(name, value) != null) {
                throw invalid();
            }
        }
        return new Query(parameters);
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
    }

    private static EngineException invalid() {
        return new EngineException(
                ErrorCode.INVALID_REQUEST, "Send each query parameter at most once and percent-encoded.");
    }
}
