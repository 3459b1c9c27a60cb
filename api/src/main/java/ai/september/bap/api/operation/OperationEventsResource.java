package ai.september.bap.api.operation;

import ai.september.bap.api.describe.Refuses;
import ai.september.bap.api.http.AdminAuthentication;
import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.api.http.PathValues;
import ai.september.bap.api.product.PlatformKeys;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ProductId;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What happens to one operation, as it happens: server-sent events (WHATWG HTML, 9.2). */
@Path("/operations/{operation_id}/events")
public final class OperationEventsResource {

    private static final Pattern EVENT_ID = Pattern.compile("[0-9]{1,9}");

    private final AdminAuthentication adminKey;
    private final PlatformKeys platformKeys;
    private final OperationQueries operations;
    private final OperationEvents events;

    public OperationEventsResource(
            AdminAuthentication adminKey,
            PlatformKeys platformKeys,
            OperationQueries operations,
            OperationEvents events) {
        this.adminKey = adminKey;
        this.platformKeys = platformKeys;
        this.operations = operations;
        this.events = events;
    }

    @Operation(
            operationId = "streamOperationEvents",
            summary = "What happens to an operation, as it happens: server-sent events")
    @ApiResponse(
            responseCode = "200",
            description = "Events named operation (the first and the last) and step",
            content = @Content(mediaType = "text/event-stream", schema = @Schema(implementation = String.class)))
    @ApiResponse(
            responseCode = "204",
            description = "The operation has ended, and its last event came before: ask no more")
    @Refuses({ErrorCode.OPERATION_NOT_FOUND, ErrorCode.UNAVAILABLE})
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public void stream(
            @HeaderParam(KeyHeaders.ADMIN) String admin,
            @HeaderParam(KeyHeaders.PLATFORM) String platform,
            @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) @Nullable String lastEventId,
            @PathParam("operation_id") String operationId,
            @Context SseEventSink sink,
            @Context Sse sse) {
        Optional<ProductId> product = product(admin, platform);
        long last = last(lastEventId);
        events.stream(product, untold(operationId, product, last), last, sink, sse);
    }

    /** Would otherwise be a stream of which nothing is sent. */
    @Hidden
    @HEAD
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Response head(
            @HeaderParam(KeyHeaders.ADMIN) String admin,
            @HeaderParam(KeyHeaders.PLATFORM) String platform,
            @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) @Nullable String lastEventId,
            @PathParam("operation_id") String operationId) {
        untold(operationId, product(admin, platform), last(lastEventId));
        return Response.ok()
                .type(MediaType.SERVER_SENT_EVENTS_TYPE)
                .header("Transfer-Encoding", "chunked")
                .build();
    }

    /** Empty for the operator. */
    private Optional<ProductId> product(@Nullable String admin, @Nullable String platform) {
        return adminKey.name(admin).isPresent()
                ? Optional.empty()
                : Optional.of(platformKeys.require(platform).productId());
    }

    private static long last(@Nullable String lastEventId) {
        return lastEventId == null ? 0 : PathValues.parse(lastEventId, OperationEventsResource::eventId);
    }

    /** The operation, of which there is, or will be, something to tell. */
    private OperationView untold(String operationId, Optional<ProductId> product, long last) {
        OperationView now = operations.get(operationId, product);
        if (OperationEvent.isAllTold(now, last)) {
            // Whoever got an empty stream would ask again for ever; by this a browser knows to stop.
            throw new WebApplicationException(Response.noContent().build());
        }
        return now;
    }

    private static long eventId(String text) {
        if (!EVENT_ID.matcher(text).matches()) {
            throw new IllegalArgumentException("Last-Event-ID must be the id of an event of this operation");
        }
        return Long.parseLong(text);
    }
}
