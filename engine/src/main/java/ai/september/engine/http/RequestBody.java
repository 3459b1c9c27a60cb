package ai.september.engine.http;

import ai.september.engine.error.EngineException;
import ai.september.engine.error.ErrorCode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Locale;

/** Reads a JSON body of bounded size. */
final class RequestBody {

    static final int MAX_BYTES = 1024 * 1024;

    private RequestBody() {}

    /** @throws EngineException if it is not declared as JSON (415) or too large (413) */
    static byte[] read(HttpExchange exchange) throws IOException {
        requireJson(exchange.getRequestHeaders());
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BYTES + 1);
        if (body.length > MAX_BYTES) {
            throw new EngineException(
                    ErrorCode.INVALID_REQUEST, 413, "The body exceeds " + MAX_BYTES + " bytes; send less.");
        }
        return body;
    }

    private static String withoutParameters(String type) {
        int semicolon = type.indexOf(';');
        return semicolon < 0 ? type : type.substring(0, semicolon);
    }

    private static void requireJson(Headers headers) {
        String type = headers.getFirst("Content-Type");
        String essence = type == null ? "" : withoutParameters(type).strip().toLowerCase(Locale.ROOT);
        if (!essence.equals("application/json")) {
            throw new EngineException(
                    ErrorCode.INVALID_REQUEST, 415, "Send the body as Content-Type application/json.");
        }
        String encoding = headers.getFirst("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new EngineException(ErrorCode.INVALID_REQUEST, 415, "Send the body without a Content-Encoding.");
        }
    }
}
