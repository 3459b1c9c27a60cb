package ai.september.bap.api.http;

import ai.september.bap.registry.WireName;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.UserId;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shaped like the paths of engines; answers with what it understood. */
@Path("/engines")
@Produces(MediaType.APPLICATION_JSON)
public final class ProbeEngines {

    static final String PLATFORM_KEY = "pk-sept-probe";

    record Provision(UserId userId, @Nullable ImageRef engineVersion) {
        Provision {
            Required.field("user_id", userId, "a string of 1 to 255 characters");
        }
    }

    record Admit(
            @Nullable Boolean autoProvision,
            @Nullable Boolean autoWake,
            @Nullable Integer count) {}

    enum Status implements WireName {
        RUNNING,
        SLEEPING
    }

    @GET
    public Map<String, Object> list(
            @HeaderParam(KeyHeaders.PLATFORM) @Nullable String key, @BeanParam QueryParameters query) {
        authenticate(key);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("limit", query.limit());
        answer.put("offset", query.offset());
        answer.put("status", query.oneOf("status", Status.class));
        answer.put("since", query.instant("since"));
        answer.put("detail", query.flag("detail"));
        return answer;
    }

    @POST
    @Path("provision")
    public Map<String, Object> provision(
            @HeaderParam(KeyHeaders.PLATFORM) @Nullable String key, @BeanParam JsonBody body) {
        authenticate(key);
        Provision provision = body.read(Provision.class);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("did", "provision");
        answer.put("user_id", provision.userId());
        answer.put("engine_version", provision.engineVersion());
        return answer;
    }

    /** A literal path hides the template beside it for all methods, so a user called provision is named here, too. */
    @GET
    @Path("provision")
    public Map<String, Object> getProvision(@HeaderParam(KeyHeaders.PLATFORM) @Nullable String key) {
        return get(key, "provision");
    }

    @DELETE
    @Path("provision")
    public Map<String, Object> destroyProvision(
            @HeaderParam(KeyHeaders.PLATFORM) @Nullable String key, @BeanParam JsonBody body) {
        return destroy(key, "provision", body);
    }

    @GET
    @Path("{user_id}")
    public Map<String, Object> get(
            @HeaderParam(KeyHeaders.PLATFORM) @Nullable String key, @PathParam("user_id") String userId) {
        authenticate(key);
        return Map.of("did", "get", "user_id", PathValues.userId(userId), "at", Instant.ofEpochSecond(1, 999_999_999));
    }

    @DELETE
    @Path("{user_id}")
    public Map<String, Object> destroy(
            @HeaderParam(KeyHeaders.PLATFORM) @Nullable String key,
            @PathParam("user_id") String userId,
            @BeanParam JsonBody body) {
        authenticate(key);
        body.readOrEmpty(NoFields.class);
        return Map.of("did", "destroy", "user_id", PathValues.userId(userId));
    }

    @POST
    @Path("{user_id}/admit")
    public Map<String, Object> admit(
            @HeaderParam(KeyHeaders.PLATFORM) @Nullable String key,
            @PathParam("user_id") String userId,
            @BeanParam JsonBody body) {
        authenticate(key);
        Admit admit = body.readOrEmpty(Admit.class);
        return Map.of(
                "did", "admit",
                "user_id", PathValues.userId(userId),
                "auto_provision", Boolean.TRUE.equals(admit.autoProvision()),
                "auto_wake", Boolean.TRUE.equals(admit.autoWake()));
    }

    private static void authenticate(@Nullable String key) {
        if (!PLATFORM_KEY.equals(key)) {
            throw new BapException(ErrorCode.INVALID_PLATFORM_KEY, "The platform key is missing or wrong.");
        }
    }
}
