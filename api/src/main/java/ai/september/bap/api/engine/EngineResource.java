package ai.september.bap.api.engine;

import ai.september.bap.api.describe.Queries;
import ai.september.bap.api.describe.Refuses;
import ai.september.bap.api.http.JsonBody;
import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.api.http.NoFields;
import ai.september.bap.api.http.PathValues;
import ai.september.bap.api.http.QueryParameters;
import ai.september.bap.api.http.Required;
import ai.september.bap.api.operation.Patience;
import ai.september.bap.api.operation.Replies;
import ai.september.bap.api.product.PlatformKeys;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.product.Product;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The explicit verbs on engines, and reading them. Key first, then the body, then the path's user. */
@Path("/engines")
@Produces(MediaType.APPLICATION_JSON)
public final class EngineResource {

    /** A user may be called so; JAX-RS then finds the literal path and not the template beside it. */
    private static final String A_USER_CALLED_PROVISION = "provision";

    private final PlatformKeys keys;
    private final Patience patience;
    private final EngineService engines;
    private final Replies replies;

    public EngineResource(PlatformKeys keys, Patience patience, EngineService engines, Replies replies) {
        this.keys = keys;
        this.patience = patience;
        this.engines = engines;
        this.replies = replies;
    }

    /** What asks for an engine. */
    @Schema(name = "ProvisionRequest")
    public record Provision(UserId userId, @Nullable ImageRef engineVersion) {

        public Provision {
            Required.field("user_id", userId, "a string of 1 to 255 characters");
        }

        /** The same for equal requests only: an image has no line break. */
        String asked() {
            return Optional.ofNullable(engineVersion).map(ImageRef::value).orElse("") + "\n" + userId.value();
        }
    }

    /** A freshly provisioned engine. */
    @Schema(name = "EngineProvisioned")
    public record Provisioned(
            EngineId engineId,
            UserId userId,
            EngineStatus status,
            @Nullable String url,
            @Nullable String apiKey) {

        static Provisioned of(EngineView engine) {
            return new Provisioned(
                    engine.engineId(), engine.userId(), EngineStatus.RUNNING, engine.url(), engine.apiKey());
        }

        @Override
        public String toString() {
            return "Provisioned[" + engineId + ", [REDACTED]]";
        }
    }

    /** A started engine. */
    @Schema(name = "EngineStarted")
    public record Started(EngineStatus status, @Nullable String url) {}

    /** A stopped engine. */
    @Schema(name = "EngineStopped")
    public record Stopped(EngineStatus status, EngineId engineId) {}

    /** A destroyed engine: the state no row has. */
    @Schema(name = "EngineDestroyed")
    public record Destroyed(String status, EngineId engineId) {

        /** Of the engine that is no more. */
        public static Destroyed of(EngineId engineId) {
            return new Destroyed("destroyed", engineId);
        }
    }

    /** An engine's new key. */
    @Schema(name = "EngineKeyRotated")
    public record Rotated(EngineId engineId, @Nullable String apiKey) {

        @Override
        public String toString() {
            return "Rotated[" + engineId + ", [REDACTED]]";
        }
    }

    @Operation(operationId = "provisionEngine", summary = "Gives a user an engine")
    @ApiResponse(
            responseCode = "200",
            description = "The engine runs",
            content = @Content(schema = @Schema(implementation = Provisioned.class)))
    @RequestBody(
            required = true,
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = Provision.class)))
    @Refuses({
        ErrorCode.POLICY_DENIED,
        ErrorCode.ENGINE_ALREADY_EXISTS,
        ErrorCode.OPERATION_IN_PROGRESS,
        ErrorCode.IDEMPOTENCY_CONFLICT,
        ErrorCode.PRODUCT_NOT_FOUND,
        ErrorCode.QUOTA_EXCEEDED,
        ErrorCode.BACKEND_ERROR,
        ErrorCode.BOOT_TIMEOUT,
        ErrorCode.PORT_EXHAUSTION,
        ErrorCode.UNAVAILABLE
    })
    @POST
    @Path("provision")
    public Object provision(@BeanParam EngineCall call) {
        Product product = keys.require(call.platformKey());
        Provision request = call.body().read(Provision.class);
        Caller caller = caller(product, call, "", request.asked());
        return replies.reply(engines.provision(caller, request.userId(), request.engineVersion()), Provisioned::of);
    }

    @Operation(operationId = "getEngine", summary = "A user's engine, with its key")
    @Refuses({ErrorCode.ENGINE_NOT_FOUND})
    @GET
    @Path("{user_id}")
    public EngineView get(@HeaderParam(KeyHeaders.PLATFORM) String key, @PathParam("user_id") String userId) {
        Product product = keys.require(key);
        return engines.get(product.productId(), PathValues.userId(userId));
    }

    @GET
    @Path("provision")
    public EngineView getUserCalledProvision(@HeaderParam(KeyHeaders.PLATFORM) String key) {
        return get(key, A_USER_CALLED_PROVISION);
    }

    @Operation(operationId = "startEngine", summary = "Brings a user's engine up")
    @ApiResponse(
            responseCode = "200",
            description = "The engine runs",
            content = @Content(schema = @Schema(implementation = Started.class)))
    @Refuses({
        ErrorCode.ENGINE_NOT_FOUND,
        ErrorCode.ENGINE_ALREADY_RUNNING,
        ErrorCode.OPERATION_IN_PROGRESS,
        ErrorCode.IDEMPOTENCY_CONFLICT,
        ErrorCode.PRODUCT_NOT_FOUND,
        ErrorCode.BACKEND_ERROR,
        ErrorCode.BOOT_TIMEOUT,
        ErrorCode.PORT_EXHAUSTION,
        ErrorCode.UNAVAILABLE
    })
    @POST
    @Path("{user_id}/start")
    public Object start(@BeanParam EngineCall call, @PathParam("user_id") String userId) {
        Product product = keys.require(call.platformKey());
        UserId user = userWithoutFields(call.body(), userId);
        return replies.reply(
                engines.start(caller(product, call, userId, ""), user),
                engine -> new Started(EngineStatus.RUNNING, engine.url()));
    }

    @Operation(operationId = "stopEngine", summary = "Stops a user's engine; brain, key and port stay")
    @ApiResponse(
            responseCode = "200",
            description = "No process of the engine lives",
            content = @Content(schema = @Schema(implementation = Stopped.class)))
    @Refuses({
        ErrorCode.ENGINE_NOT_FOUND,
        ErrorCode.ENGINE_NOT_RUNNING,
        ErrorCode.OPERATION_IN_PROGRESS,
        ErrorCode.IDEMPOTENCY_CONFLICT,
        ErrorCode.PRODUCT_NOT_FOUND,
        ErrorCode.UNAVAILABLE
    })
    @POST
    @Path("{user_id}/stop")
    public Object stop(@BeanParam EngineCall call, @PathParam("user_id") String userId) {
        Product product = keys.require(call.platformKey());
        UserId user = userWithoutFields(call.body(), userId);
        return replies.reply(
                engines.stop(caller(product, call, userId, ""), user), id -> new Stopped(EngineStatus.STOPPED, id));
    }

    @Operation(operationId = "rotateEngineKey", summary = "Gives a user's running engine a new key")
    @ApiResponse(
            responseCode = "200",
            description = "The old key is invalid",
            content = @Content(schema = @Schema(implementation = Rotated.class)))
    @Refuses({
        ErrorCode.ENGINE_NOT_FOUND,
        ErrorCode.ENGINE_NOT_RUNNING,
        ErrorCode.OPERATION_IN_PROGRESS,
        ErrorCode.IDEMPOTENCY_CONFLICT,
        ErrorCode.PRODUCT_NOT_FOUND,
        ErrorCode.BACKEND_ERROR,
        ErrorCode.BOOT_TIMEOUT,
        ErrorCode.PORT_EXHAUSTION,
        ErrorCode.UNAVAILABLE
    })
    @POST
    @Path("{user_id}/rotate-key")
    public Object rotateKey(@BeanParam EngineCall call, @PathParam("user_id") String userId) {
        Product product = keys.require(call.platformKey());
        UserId user = userWithoutFields(call.body(), userId);
        return replies.reply(
                engines.rotateKey(caller(product, call, userId, ""), user),
                engine -> new Rotated(engine.engineId(), engine.apiKey()));
    }

    /** With {@code ?erase=true} the user's name goes out of audit log and operations, too. */
    @Operation(operationId = "destroyEngine", summary = "Removes a user's engine and its brain for good")
    @ApiResponse(
            responseCode = "200",
            description = "Nothing of the engine is left",
            content = @Content(schema = @Schema(implementation = Destroyed.class)))
    @Queries({"erase"})
    @Refuses({
        ErrorCode.ENGINE_NOT_FOUND,
        ErrorCode.OPERATION_IN_PROGRESS,
        ErrorCode.IDEMPOTENCY_CONFLICT,
        ErrorCode.PRODUCT_NOT_FOUND,
        ErrorCode.UNAVAILABLE
    })
    @DELETE
    @Path("{user_id}")
    public Object destroy(
            @BeanParam EngineCall call, @BeanParam QueryParameters query, @PathParam("user_id") String userId) {
        Product product = keys.require(call.platformKey());
        UserId user = userWithoutFields(call.body(), userId);
        boolean erase = query.flag("erase");
        return replies.reply(
                engines.destroy(caller(product, call, userId, erase ? "erase" : ""), user, erase), Destroyed::of);
    }

    @DELETE
    @Path("provision")
    public Object destroyUserCalledProvision(@BeanParam EngineCall call, @BeanParam QueryParameters query) {
        return destroy(call, query, A_USER_CALLED_PROVISION);
    }

    @Operation(operationId = "listEngines", summary = "The product's engines, oldest first, without their keys")
    @Queries({"engine_status", "limit", "offset"})
    @GET
    public EngineService.Page list(@HeaderParam(KeyHeaders.PLATFORM) String key, @BeanParam QueryParameters query) {
        Product product = keys.require(key);
        return engines.list(
                product.productId(),
                query.oneOf("status", EngineStatus.class).orElse(null),
                query.limit(),
                query.offset());
    }

    private Caller caller(Product product, EngineCall call, String pathUser, String asked) {
        return new Caller(product, patience.of(call.prefer()), call.notes(), call.idempotencyKey(pathUser, asked));
    }

    private static UserId userWithoutFields(JsonBody body, String userId) {
        body.readOrEmpty(NoFields.class);
        return PathValues.userId(userId);
    }
}
