package ai.september.bap.api.logs;

import ai.september.bap.api.describe.Queries;
import ai.september.bap.api.describe.Refuses;
import ai.september.bap.api.engine.EngineService;
import ai.september.bap.api.http.AsyncAnswers;
import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.api.http.PathValues;
import ai.september.bap.api.http.QueryParameters;
import ai.september.bap.api.product.PlatformKeys;
import ai.september.bap.process.logs.LogQuery;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.product.Product;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jdbi.v3.core.Jdbi;

/** What a user's engine prints: once as JSON, or as server-sent events as it comes; {@code follow} says which. */
@Path("/engines/{user_id}/logs")
public final class EngineLogResource {

    private static final int USUAL_LINES = 100;

    private final PlatformKeys keys;
    private final Jdbi jdbi;
    private final EngineLogs logs;
    private final AsyncAnswers answers;

    public EngineLogResource(PlatformKeys keys, Jdbi jdbi, EngineLogs logs, AsyncAnswers answers) {
        this.keys = keys;
        this.jdbi = jdbi;
        this.logs = logs;
        this.answers = answers;
    }

    @Operation(operationId = "readEngineLogs", summary = "What a user's engine has printed, and prints")
    @ApiResponse(
            responseCode = "200",
            description = "The last lines; with follow, events named line and at last one named end",
            content = {
                @Content(mediaType = "application/json", schema = @Schema(implementation = LogPage.class)),
                @Content(mediaType = "text/event-stream", schema = @Schema(implementation = String.class))
            })
    @Queries({"tail", "printed_since", "follow"})
    @Refuses({ErrorCode.ENGINE_NOT_FOUND, ErrorCode.UNAVAILABLE})
    @GET
    @Produces({MediaType.APPLICATION_JSON, MediaType.SERVER_SENT_EVENTS})
    public Object read(
            @HeaderParam(KeyHeaders.PLATFORM) String key,
            @BeanParam QueryParameters query,
            @PathParam("user_id") String userId) {
        Product product = keys.require(key);
        LogQuery asked = asked(query);
        EngineRow engine = engine(product, userId);
        return answers.answer(
                asked.follow()
                        ? logs.follow(engine, asked)
                        : logs.read(engine, asked)
                                .thenApply(page -> Response.ok(page, MediaType.APPLICATION_JSON_TYPE)
                                        .build()));
    }

    /** Would otherwise read what nobody is told. */
    @Hidden
    @HEAD
    @Produces({MediaType.APPLICATION_JSON, MediaType.SERVER_SENT_EVENTS})
    public Response head(
            @HeaderParam(KeyHeaders.PLATFORM) String key,
            @BeanParam QueryParameters query,
            @PathParam("user_id") String userId) {
        Product product = keys.require(key);
        LogQuery asked = asked(query);
        engine(product, userId);
        return Response.ok()
                .type(asked.follow() ? MediaType.SERVER_SENT_EVENTS_TYPE : MediaType.APPLICATION_JSON_TYPE)
                .header("Transfer-Encoding", "chunked")
                .build();
    }

    private static LogQuery asked(QueryParameters query) {
        return new LogQuery(
                query.whole("tail", 0, LogQuery.MOST_LINES).orElse(USUAL_LINES),
                query.instant("since").orElse(null),
                query.flag("follow"));
    }

    private EngineRow engine(Product product, String userId) {
        UserId user = PathValues.userId(userId);
        return jdbi.withExtension(EngineDao.class, engines -> engines.find(product.productId(), user))
                .orElseThrow(EngineService::notFound);
    }
}
