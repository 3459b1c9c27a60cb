package ai.september.bap.api.openapi;

import ai.september.bap.registry.error.ErrorCode;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Answers that many methods have in common. */
final class Responses {

    private static final String JSON = "application/json";
    private static final String RETRY_AFTER = "Retry-After";
    private static final String REQUEST_ID = "X-Request-Id";
    private static final String LOCATION = "Location";

    private Responses() {}

    /** Headers, by name. */
    static Map<String, Header> headers() {
        Map<String, Header> headers = new LinkedHashMap<>();
        headers.put(
                RETRY_AFTER,
                new Header()
                        .description("Seconds to wait before the same request")
                        .schema(new IntegerSchema()));
        headers.put(
                REQUEST_ID,
                new Header().description("The request's id, as the log has it").schema(new StringSchema()));
        headers.put(LOCATION, new Header().description("Where the operation is").schema(new StringSchema()));
        return headers;
    }

    /** Adds what a method is refused with: an answer for each status, with an example for each code. */
    static void refusals(ApiResponses responses, Set<ErrorCode> codes, boolean hasBody) {
        Map<Integer, Map<String, Example>> byStatus = new TreeMap<>();
        for (ErrorCode code : codes) {
            byStatus.computeIfAbsent(code.httpStatus(), status -> new LinkedHashMap<>())
                    .put(code.name(), ErrorExamples.of(code));
        }
        if (hasBody) {
            byStatus.put(413, invalid("The body is too large: send at most 1 MiB."));
            byStatus.put(415, invalid("Send the body as application/json."));
        }
        byStatus.forEach((status, examples) -> responses.addApiResponse(
                status.toString(),
                refusal("Refused: " + String.join(", ", examples.keySet()), examples, isRetried(status))));
        responses.addApiResponse(
                "default",
                refusal(
                        "Whatever else goes wrong: 405, 406, 414, 431, 500",
                        Map.of(ErrorCode.INTERNAL_ERROR.name(), ErrorExamples.of(ErrorCode.INTERNAL_ERROR)),
                        false));
        responses.values().forEach(response -> response.addHeaderObject(REQUEST_ID, shared(REQUEST_ID)));
    }

    /** Adds 202: the operation goes on. */
    static void accepted(ApiResponses responses) {
        responses.addApiResponse(
                "202",
                new ApiResponse()
                        .description("The operation goes on; its path says how")
                        .content(content("Operation"))
                        .addHeaderObject(LOCATION, shared(LOCATION))
                        .addHeaderObject(RETRY_AFTER, shared(RETRY_AFTER))
                        .addHeaderObject(REQUEST_ID, shared(REQUEST_ID)));
    }

    private static boolean isRetried(int status) {
        return status == 429 || status == 503;
    }

    private static ApiResponse refusal(String description, Map<String, Example> examples, boolean retried) {
        MediaType body = of("Error").examples(new LinkedHashMap<>(examples));
        ApiResponse refusal =
                new ApiResponse().description(description).content(new Content().addMediaType(JSON, body));
        if (retried) {
            refusal.addHeaderObject(RETRY_AFTER, shared(RETRY_AFTER));
        }
        return refusal;
    }

    private static Map<String, Example> invalid(String message) {
        return Map.of(ErrorCode.INVALID_REQUEST.name(), ErrorExamples.of(ErrorCode.INVALID_REQUEST, message));
    }

    private static Content content(String schema) {
        return new Content().addMediaType(JSON, of(schema));
    }

    private static MediaType of(String schema) {
        return new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + schema));
    }

    private static Header shared(String name) {
        return new Header().$ref("#/components/headers/" + name);
    }
}
