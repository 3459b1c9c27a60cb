package ai.september.bap.api.audit;

import ai.september.bap.api.describe.Queries;
import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.api.http.QueryParameters;
import ai.september.bap.api.product.PlatformKeys;
import ai.september.bap.registry.audit.AuditEntry;
import ai.september.bap.registry.audit.AuditRecord;
import ai.september.bap.registry.id.ProductId;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** A product's audit rows, newest first. */
@Path("/audit")
@Produces(MediaType.APPLICATION_JSON)
public final class AuditResource {

    private final PlatformKeys keys;
    private final AuditListing listing;

    public AuditResource(PlatformKeys keys, AuditListing listing) {
        this.keys = keys;
        this.listing = listing;
    }

    @Operation(operationId = "listAudit", summary = "The product's audit rows, newest first")
    @Queries({"user_id", "engine_id", "action", "since", "until", "limit", "cursor"})
    @GET
    public AuditListing.Page<AuditEntry> list(
            @HeaderParam(KeyHeaders.PLATFORM) String key, @BeanParam QueryParameters query) {
        ProductId product = keys.require(key).productId();
        return listing.page(product, query, AuditRecord::entry);
    }
}
