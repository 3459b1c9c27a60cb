package ai.september.bap.api.http;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A path of the operator's, with a body of every type. */
@Path("/products/register")
@Produces(MediaType.APPLICATION_JSON)
public final class ProbeProducts {

    record Register(
            String displayName,
            @Nullable Policy policy,
            @Nullable List<String> tags) {
        Register {
            Required.field("display_name", displayName, "a string");
        }
    }

    record Policy(@Nullable Integer maxEngines) {}

    private final AdminAuthentication admin;

    ProbeProducts(AdminAuthentication admin) {
        this.admin = admin;
    }

    @POST
    public Map<String, Object> register(@HeaderParam(KeyHeaders.ADMIN) @Nullable String key, @BeanParam JsonBody body) {
        admin.require(key);
        return Map.of("register", body.read(Register.class));
    }
}
