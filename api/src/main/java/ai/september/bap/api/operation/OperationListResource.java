package ai.september.bap.api.operation;

import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.api.http.QueryParameters;
import ai.september.bap.api.product.PlatformKeys;
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

    @GET
    public OperationQueries.Page list(@HeaderParam(KeyHeaders.PLATFORM) String key, @BeanParam QueryParameters query) {
        return operations.page(keys.require(key).productId(), query);
    }
}
