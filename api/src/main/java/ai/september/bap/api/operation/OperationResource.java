package ai.september.bap.api.operation;

import ai.september.bap.api.describe.Refuses;
import ai.september.bap.api.http.AdminAuthentication;
import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.api.product.PlatformKeys;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ProductId;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;

/** Reading one operation, by its product or by the operator. */
@Path("/operations/{operation_id}")
@Produces(MediaType.APPLICATION_JSON)
public final class OperationResource {

    private final AdminAuthentication adminKey;
    private final PlatformKeys platformKeys;
    private final OperationQueries operations;

    public OperationResource(AdminAuthentication adminKey, PlatformKeys platformKeys, OperationQueries operations) {
        this.adminKey = adminKey;
        this.platformKeys = platformKeys;
        this.operations = operations;
    }

    @Operation(operationId = "getOperation", summary = "One operation, as it is now")
    @Refuses({ErrorCode.OPERATION_NOT_FOUND})
    @GET
    public OperationView get(
            @HeaderParam(KeyHeaders.ADMIN) String admin,
            @HeaderParam(KeyHeaders.PLATFORM) String platform,
            @PathParam("operation_id") String operationId) {
        Optional<ProductId> product = adminKey.name(admin).isPresent()
                ? Optional.empty()
                : Optional.of(platformKeys.require(platform).productId());
        return operations.get(operationId, product);
    }
}
