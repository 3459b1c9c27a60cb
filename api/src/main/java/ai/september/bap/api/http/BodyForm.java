package ai.september.bap.api.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which bodies are read at all: JSON in UTF-8, as it is. */
final class BodyForm {

    private static final Set<String> PLAIN = Set.of("", "identity");

    private BodyForm() {}

    /** Refuses, with 415, what the headers do not say is JSON. */
    static void check(@Nullable String contentType, @Nullable String contentEncoding) {
        if (contentEncoding != null && !PLAIN.contains(contentEncoding.strip().toLowerCase(Locale.ROOT))) {
            throw RefusedRequestException.unsupportedMediaType("Send the body without a Content-Encoding.");
        }
        if (contentType == null || !isJson(contentType)) {
            throw RefusedRequestException.unsupportedMediaType(
                    "Send the body as JSON in UTF-8, with Content-Type: application/json.");
        }
    }

    /** How long the body is said to be; -1 if that is not said. JAX-RS would fail over more than an int holds. */
    static long length(ContainerRequestContext request) {
        String length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        return length == null ? -1 : Long.parseLong(length);
    }

    private static boolean isJson(String contentType) {
        try {
            MediaType type = MediaType.valueOf(contentType);
            String charset = type.getParameters().getOrDefault(MediaType.CHARSET_PARAMETER, "utf-8");
            return type.getType().equalsIgnoreCase("application")
                    && type.getSubtype().equalsIgnoreCase("json")
                    && charset.equalsIgnoreCase("utf-8");
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
