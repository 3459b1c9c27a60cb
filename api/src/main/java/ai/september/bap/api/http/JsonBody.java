package ai.september.bap.api.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The body of a request, not read yet. A resource method takes it as {@code @BeanParam} and reads it after it has
 * checked the key, so that 401 goes before 415, 413 and 400. Reading blocks; it is done once.
 */
public final class JsonBody {

    /** The most that a body may have, in bytes. */
    public static final int MAX_BYTES = 1024 * 1024;

    /** Request property: set once the whole body has been read. */
    static final String READ = "bap.body_read";

    private static final ObjectMapper JSON = Json.forRequests();
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final ContainerRequestContext request;

    public JsonBody(@Context ContainerRequestContext request) {
        this.request = request;
    }

    /** Reads a body that has to be there. */
    public <T> T read(Class<T> type) {
        String text = text();
        if (text.isBlank()) {
            throw RefusedRequestException.badRequest("The body is empty: send a JSON object.");
        }
        return parse(text, type);
    }

    /** Reads a body that may be missing, which means the same as <code>{}</code>. */
    public <T> T readOrEmpty(Class<T> type) {
        String text = text();
        return parse(text.isBlank() ? "{}" : text, type);
    }

    private String text() {
        try {
            PushbackInputStream stream = new PushbackInputStream(request.getEntityStream());
            byte[] bytes = isEmpty(stream) ? new byte[0] : bytes(stream);
            request.setProperty(READ, true);
            return decode(bytes);
        } catch (IOException broken) {
            throw RefusedRequestException.badRequest("The body broke off or is not framed as its headers say.");
        }
    }

    /** Nothing is of no type, whatever the headers say; the stream is asked only where they do not say how much comes. */
    private boolean isEmpty(PushbackInputStream stream) throws IOException {
        long length = BodyForm.length(request);
        if (length >= 0) {
            return length == 0;
        }
        int first = stream.read();
        if (first >= 0) {
            stream.unread(first);
        }
        return first < 0;
    }

    private byte[] bytes(InputStream stream) throws IOException {
        BodyForm.check(
                (String) request.getProperty(RequestPreparation.CONTENT_TYPE),
                request.getHeaderString(HttpHeaders.CONTENT_ENCODING));
        if (BodyForm.length(request) > MAX_BYTES) {
            throw tooLarge();
        }
        byte[] bytes = stream.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw tooLarge();
        }
        return bytes;
    }

    private static String decode(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
                throw RefusedRequestException.badRequest("The body begins with a byte order mark: send it without.");
            }
            return text;
        } catch (CharacterCodingException notUtf8) {
            throw RefusedRequestException.badRequest("The body is not UTF-8.");
        }
    }

    private static <T> T parse(String text, Class<T> type) {
        try {
            T value = JSON.readValue(text, type);
            if (value == null) {
                throw RefusedRequestException.badRequest("The body must be a JSON object.");
            }
            return value;
        } catch (JsonProcessingException fault) {
            throw JsonFaults.refusal(fault);
        }
    }

    private static RefusedRequestException tooLarge() {
        return RefusedRequestException.tooLarge("The body is too large: send at most " + MAX_BYTES + " bytes.");
    }
}
