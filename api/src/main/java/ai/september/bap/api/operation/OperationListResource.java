package ai.september.bap.api.operation;

import ai.september.bap.api.describe.Queries;
import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.api.http.QueryParameters;
import ai.september.bap.api.product.PlatformKeys;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** A product's operations, newest first. */
@Path("/operations")
@Produces(MediaType.APPLICATION_JSON)
public final class OperationListResource {

    private final PlatformKeys keys;
    private final OperationQueries operations;

    public OperationListResource(PlatformKeys keys, OperationQueries operations) {
        this.keys = keys;
        this.operations = operations;
    }

    @Operation(operationId = "listOperations", summary = "The product's operations, newest first")
    @Queries({"user_id", "engine_id", "operation_status", "kind", "limit", "cursor"})
    @GET
    public OperationQueries.Page list(@HeaderParam(KeyHeaders.PLATFORM) String key, @BeanParam QueryParameters query) {
        return operations.page(keys.require(key).productId(), query);
    }
}
