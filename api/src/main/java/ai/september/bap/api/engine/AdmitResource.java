package ai.september.bap.api.engine;

import ai.september.bap.api.activity.Reading;
import ai.september.bap.api.describe.Refuses;
import ai.september.bap.api.http.JsonBody;
import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.api.http.PathValues;
import ai.september.bap.api.http.RequestNotes;
import ai.september.bap.api.operation.Patience;
import ai.september.bap.api.operation.Replies;
import ai.september.bap.api.product.PlatformKeys;
import ai.september.bap.registry.engine.AdmitView;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.AdmitFlags;
import ai.september.bap.registry.vault.KeyHash;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The hot path: what products call on every request of every user. */
@Path("/engines/{user_id}/admit")
@Produces(MediaType.APPLICATION_JSON)
public final class AdmitResource {

    private final PlatformKeys keys;
    private final Patience patience;
    private final AdmitService admits;
    private final Replies replies;

    public AdmitResource(PlatformKeys keys, Patience patience, AdmitService admits, Replies replies) {
        this.keys = keys;
        this.patience = patience;
        this.admits = admits;
        this.replies = replies;
    }

    /** What an admit may set in motion; both false unless said. */
    @Schema(name = "AdmitRequest")
    public record Flags(
            @Nullable Boolean autoProvision, @Nullable Boolean autoWake) {

        AdmitFlags toFlags() {
            return new AdmitFlags(Boolean.TRUE.equals(autoProvision), Boolean.TRUE.equals(autoWake));
        }
    }

    @Operation(operationId = "admitUser", summary = "Asks for a user's engine, on every request of the user")
    @ApiResponse(
            responseCode = "200",
            description = "The engine, or why there is none",
            content = @Content(schema = @Schema(implementation = Admission.class)))
    @RequestBody(content = @Content(mediaType = "application/json", schema = @Schema(implementation = Flags.class)))
    @Refuses({
        ErrorCode.POLICY_DENIED,
        ErrorCode.OPERATION_IN_PROGRESS,
        ErrorCode.PRODUCT_NOT_FOUND,
        ErrorCode.QUOTA_EXCEEDED,
        ErrorCode.BACKEND_ERROR,
        ErrorCode.BOOT_TIMEOUT,
        ErrorCode.PORT_EXHAUSTION,
        ErrorCode.UNAVAILABLE
    })
    @POST
    public Object admit(
            @HeaderParam(KeyHeaders.PLATFORM) String key,
            @HeaderParam("Prefer") List<String> prefer,
            @PathParam("user_id") String userId,
            @BeanParam JsonBody body,
            @BeanParam RequestNotes notes) {
        KeyHash hash = PlatformKeys.hash(key);
        UserId user = userOf(key, userId, body);
        try (Reading reading = admits.beginReading()) {
            AdmitView seen = admits.read(hash, user).orElseThrow(PlatformKeys::invalid);
            AdmitFlags flags = body.readOrEmpty(Flags.class).toFlags();
            Caller caller = new Caller(seen.product(), patience.of(prefer), notes, null);
            return replies.reply(admits.admit(caller, hash, user, flags, seen, reading), Function.identity());
        }
    }

    /** Key and engine are one read; only where the path names no possible user, the key is asked for alone first. */
    private UserId userOf(String key, String userId, JsonBody body) {
        try {
            return PathValues.userId(userId);
        } catch (RuntimeException illegal) {
            keys.require(key);
            body.readOrEmpty(Flags.class);
            throw illegal;
        }
    }
}
