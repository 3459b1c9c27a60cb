package ai.september.bap.api.admin;

import ai.september.bap.api.audit.AuditListing;
import ai.september.bap.api.describe.Queries;
import ai.september.bap.api.describe.Refuses;
import ai.september.bap.api.engine.EngineCall;
import ai.september.bap.api.http.AdminAuthentication;
import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.api.http.NoFields;
import ai.september.bap.api.http.PathValues;
import ai.september.bap.api.http.QueryParameters;
import ai.september.bap.api.operation.OperationQueries;
import ai.september.bap.api.status.FleetResource;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.audit.AuditEntry;
import ai.september.bap.registry.audit.AuditRecord;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.watch.HostReleases;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
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
    @Queries({"product", "detail"})
    @Refuses({ErrorCode.PRODUCT_NOT_FOUND})
    @GET
    @Path("status")
    public FleetResource.Status status(@HeaderParam(KeyHeaders.ADMIN) String key, @BeanParam QueryParameters query) {
        adminKey.require(key);
        ProductId product = AdminQueries.product(query, jdbi);
        boolean detail = query.flag("detail");
        return jdbi.withExtension(
                EngineDao.class,
                engines -> FleetResource.Status.of(
                        product == null ? engines.countByStatus() : engines.countByStatus(product),
                        detail ? engines.countDegraded(product) : null));
    }

    /** What comes of asking for a release. */
    @Schema(name = "HostRelease")
    public record Release(HostId hostId, boolean released) {}

    /** The watcher acts on it at the end of its next sweep: one engine is restarted first, then the others. */
    @Operation(
            operationId = "adminReleaseRestarts",
            summary = "Lets a host's restarts go on that a mass failure holds back")
    @Refuses({ErrorCode.NOT_FOUND})
    @POST
    @Path("hosts/{host_id}/release-restarts")
    public Release releaseRestarts(
            @HeaderParam(KeyHeaders.ADMIN) String key,
            @BeanParam EngineCall call,
            @PathParam("host_id") String hostId) {
        Actor actor = Actor.admin(adminKey.require(key));
        call.body().readOrEmpty(NoFields.class);
        HostId host = PathValues.parse(hostId, HostId::new);
        return new Release(host, HostReleases.ask(jdbi, host, actor));
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
