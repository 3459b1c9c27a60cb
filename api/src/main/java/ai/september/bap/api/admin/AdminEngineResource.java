package ai.september.bap.api.admin;

import ai.september.bap.api.describe.Queries;
import ai.september.bap.api.describe.Refuses;
import ai.september.bap.api.engine.EngineCall;
import ai.september.bap.api.engine.EngineResource;
import ai.september.bap.api.engine.EngineService;
import ai.september.bap.api.engine.EngineViews;
import ai.september.bap.api.http.AdminAuthentication;
import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.api.http.NoFields;
import ai.september.bap.api.http.QueryParameters;
import ai.september.bap.api.operation.Patience;
import ai.september.bap.api.operation.Replies;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.engine.FleetDao;
import ai.september.bap.registry.engine.FleetQuery;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Verb;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** The engines of all products, and the operator's verbs on any of them. */
@Path("/admin/engines")
@Produces(MediaType.APPLICATION_JSON)
public final class AdminEngineResource {

    private final AdminAuthentication adminKey;
    private final Patience patience;
    private final Jdbi jdbi;
    private final EngineService engines;
    private final EngineViews views;
    private final Replies replies;

    public AdminEngineResource(
            AdminAuthentication adminKey,
            Patience patience,
            Jdbi jdbi,
            EngineService engines,
            EngineViews views,
            Replies replies) {
        this.adminKey = adminKey;
        this.patience = patience;
        this.jdbi = jdbi;
        this.engines = engines;
        this.views = views;
        this.replies = replies;
    }

    /** A page of engines. */
    @Schema(name = "AdminEnginePage")
    public record Page(List<AdminEngineView> engines, long total) {}

    @Operation(operationId = "adminListEngines", summary = "Engines of all products, oldest first")
    @Queries({"product", "engine_status", "host", "image", "user", "limit", "offset"})
    @Refuses({ErrorCode.PRODUCT_NOT_FOUND})
    @GET
    public Page list(@HeaderParam(KeyHeaders.ADMIN) String key, @BeanParam QueryParameters query) {
        adminKey.require(key);
        FleetQuery filters = new FleetQuery(
                AdminQueries.product(query, jdbi),
                query.oneOf("status", EngineStatus.class).orElse(null),
                query.value("host", HostId::new, "a host's id").orElse(null),
                query.value("image", ImageRef::new, "an image's name").orElse(null),
                query.value("user", UserId::new, "a user id").orElse(null));
        int limit = query.limit();
        int offset = query.offset();
        return jdbi.withExtension(
                FleetDao.class,
                fleet -> new Page(
                        fleet.page(filters, limit, offset).stream()
                                .map(found -> AdminEngineView.of(found, views))
                                .toList(),
                        fleet.count(filters)));
    }

    @Operation(operationId = "adminStartEngine", summary = "Brings any engine up")
    @ApiResponse(
            responseCode = "200",
            description = "The engine runs",
            content = @Content(schema = @Schema(implementation = EngineResource.Started.class)))
    @Refuses({
        ErrorCode.ENGINE_NOT_FOUND,
        ErrorCode.ENGINE_ALREADY_RUNNING,
        ErrorCode.OPERATION_IN_PROGRESS,
        ErrorCode.BACKEND_ERROR,
        ErrorCode.BOOT_TIMEOUT,
        ErrorCode.PORT_EXHAUSTION,
        ErrorCode.UNAVAILABLE
    })
    @POST
    @Path("{engine_id}/start")
    public Object start(
            @HeaderParam(KeyHeaders.ADMIN) String key,
            @BeanParam EngineCall call,
            @PathParam("engine_id") String engineId) {
        Actor actor = Actor.admin(adminKey.require(key));
        call.body().readOrEmpty(NoFields.class);
        return replies.reply(
                engines.startAny(parse(engineId), actor, patience.of(call.prefer()), call.notes()),
                engine -> new EngineResource.Started(EngineStatus.RUNNING, engine.url()));
    }

    @Operation(operationId = "adminStopEngine", summary = "Stops any engine")
    @ApiResponse(
            responseCode = "200",
            description = "No process of the engine lives",
            content = @Content(schema = @Schema(implementation = EngineResource.Stopped.class)))
    @Refuses({
        ErrorCode.ENGINE_NOT_FOUND,
        ErrorCode.ENGINE_NOT_RUNNING,
        ErrorCode.OPERATION_IN_PROGRESS,
        ErrorCode.UNAVAILABLE
    })
    @POST
    @Path("{engine_id}/stop")
    public Object stop(
            @HeaderParam(KeyHeaders.ADMIN) String key,
            @BeanParam EngineCall call,
            @PathParam("engine_id") String engineId) {
        Actor actor = Actor.admin(adminKey.require(key));
        call.body().readOrEmpty(NoFields.class);
        return replies.reply(
                engines.endAny(Verb.STOP, parse(engineId), actor, false, patience.of(call.prefer()), call.notes()),
                id -> new EngineResource.Stopped(EngineStatus.STOPPED, id));
    }

    /** With {@code ?erase=true} the user's name goes out of audit log and operations, too. */
    @Operation(operationId = "adminDestroyEngine", summary = "Removes any engine for good")
    @ApiResponse(
            responseCode = "200",
            description = "Nothing of the engine is left",
            content = @Content(schema = @Schema(implementation = EngineResource.Destroyed.class)))
    @Queries({"erase"})
    @Refuses({ErrorCode.ENGINE_NOT_FOUND, ErrorCode.OPERATION_IN_PROGRESS, ErrorCode.UNAVAILABLE})
    @DELETE
    @Path("{engine_id}")
    public Object destroy(
            @HeaderParam(KeyHeaders.ADMIN) String key,
            @BeanParam EngineCall call,
            @BeanParam QueryParameters query,
            @PathParam("engine_id") String engineId) {
        Actor actor = Actor.admin(adminKey.require(key));
        call.body().readOrEmpty(NoFields.class);
        boolean erase = query.flag("erase");
        return replies.reply(
                engines.endAny(Verb.DESTROY, parse(engineId), actor, erase, patience.of(call.prefer()), call.notes()),
                EngineResource.Destroyed::of);
    }

    /** An id that is no UUID is the id of no engine. */
    private static EngineId parse(String text) {
        try {
            return EngineId.parse(text);
        } catch (IllegalArgumentException noUuid) {
            throw EngineService.unknown();
        }
    }
}
