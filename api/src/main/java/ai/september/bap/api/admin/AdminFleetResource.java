package ai.september.bap.api.admin;

import ai.september.bap.api.audit.AuditListing;
import ai.september.bap.api.describe.Queries;
import ai.september.bap.api.describe.Refuses;
import ai.september.bap.api.http.AdminAuthentication;
import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.api.http.QueryParameters;
import ai.september.bap.api.operation.OperationQueries;
import ai.september.bap.api.status.FleetResource;
import ai.september.bap.registry.audit.AuditEntry;
import ai.september.bap.registry.audit.AuditRecord;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ProductId;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The fleet, operations and audit log of all products, or of one by {@code ?product=slug}. */
@Path("/admin")
@Produces(MediaType.APPLICATION_JSON)
public final class AdminFleetResource {

    private final AdminAuthentication adminKey;
    private final Jdbi jdbi;
    private final OperationQueries operations;
    private final AuditListing audit;

    public AdminFleetResource(
            AdminAuthentication adminKey, Jdbi jdbi, OperationQueries operations, AuditListing audit) {
        this.adminKey = adminKey;
        this.jdbi = jdbi;
        this.operations = operations;
        this.audit = audit;
    }

    /** An audit row, and whose it is; null for a row of no product. */
    @Schema(name = "AdminAuditEntry")
    public record Entry(
            @Nullable ProductId productId, @JsonUnwrapped AuditEntry entry) {

        static Entry of(AuditRecord row) {
            return new Entry(row.productId(), row.entry());
        }
    }

    @Operation(operationId = "adminStatus", summary = "Engines of all products by state")
    @Queries({"product"})
    @Refuses({ErrorCode.PRODUCT_NOT_FOUND})
    @GET
    @Path("status")
    public FleetResource.Status status(@HeaderParam(KeyHeaders.ADMIN) String key, @BeanParam QueryParameters query) {
        adminKey.require(key);
        ProductId product = AdminQueries.product(query, jdbi);
        return FleetResource.Status.of(jdbi.withExtension(
                EngineDao.class,
                engines -> product == null ? engines.countByStatus() : engines.countByStatus(product)));
    }

    @Operation(operationId = "adminListOperations", summary = "Operations of all products, newest first")
    @Queries({"product", "user_id", "engine_id", "operation_status", "kind", "limit", "cursor"})
    @Refuses({ErrorCode.PRODUCT_NOT_FOUND})
    @GET
    @Path("operations")
    public OperationQueries.Page operations(
            @HeaderParam(KeyHeaders.ADMIN) String key, @BeanParam QueryParameters query) {
        adminKey.require(key);
        return operations.page(AdminQueries.product(query, jdbi), query);
    }

    @Operation(operationId = "adminListAudit", summary = "Audit rows of all products, newest first")
    @Queries({"product", "user_id", "engine_id", "action", "since", "until", "limit", "cursor"})
    @Refuses({ErrorCode.PRODUCT_NOT_FOUND})
    @GET
    @Path("audit")
    public AuditListing.Page<Entry> audit(@HeaderParam(KeyHeaders.ADMIN) String key, @BeanParam QueryParameters query) {
        adminKey.require(key);
        return audit.page(AdminQueries.product(query, jdbi), query, Entry::of);
    }
}
