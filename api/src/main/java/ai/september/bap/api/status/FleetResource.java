package ai.september.bap.api.status;

import ai.september.bap.api.describe.Queries;
import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.api.http.QueryParameters;
import ai.september.bap.api.product.PlatformKeys;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.product.ProductTotals;
import ai.september.bap.registry.product.Products;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** A product's own fleet in figures. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
public final class FleetResource {

    private final PlatformKeys keys;
    private final Products products;
    private final Jdbi jdbi;

    public FleetResource(PlatformKeys keys, Products products, Jdbi jdbi) {
        this.keys = keys;
        this.products = products;
        this.jdbi = jdbi;
    }

    /**
     * The fleet by state; states without engines are left out.
     *
     * @param degradedCount engines that run, and whose LLM provider fails; only where details were asked for
     */
    @Schema(name = "FleetStatus")
    public record Status(
            long total,
            Map<EngineStatus, Long> byStatus,
            String health,
            long unhealthyCount,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Long degradedCount) {

        /** The status of a fleet that has so many engines in each state. */
        public static Status of(Map<EngineStatus, Long> byStatus, @Nullable Long degraded) {
            long total = byStatus.values().stream().mapToLong(Long::longValue).sum();
            long failed = byStatus.getOrDefault(EngineStatus.FAILED, 0L);
            return new Status(total, new TreeMap<>(byStatus), health(total, failed), failed, degraded);
        }

        private static String health(long total, long failed) {
            if (failed == 0) {
                return "ok";
            }
            return 2 * failed >= total ? "critical" : "degraded";
        }
    }

    /** A product's figures; see {@link ProductTotals}. */
    @Schema(name = "FleetMetrics")
    public record Metrics(
            @JsonProperty("provisions_1h") long provisionsLastHour,
            @JsonProperty("crashes_1h") long crashesLastHour,
            @JsonProperty("restarts_1h") long restartsLastHour,
            int avgBootMs,
            long totalProvisions,
            long totalDestroys) {

        static Metrics of(ProductTotals totals) {
            return new Metrics(
                    totals.provisions1h(),
                    totals.crashes1h(),
                    totals.restarts1h(),
                    totals.avgBootMs(),
                    totals.totalProvisions(),
                    totals.totalDestroys());
        }
    }

    /** With {@code ?detail=true} also how many engines run whose LLM provider fails: no restart would cure them. */
    @Operation(operationId = "getStatus", summary = "The product's engines by state")
    @Queries({"detail"})
    @GET
    @Path("status")
    public Status status(@HeaderParam(KeyHeaders.PLATFORM) String key, @BeanParam QueryParameters query) {
        ProductId product = keys.require(key).productId();
        boolean detail = query.flag("detail");
        return jdbi.withExtension(
                EngineDao.class,
                engines -> Status.of(engines.countByStatus(product), detail ? engines.countDegraded(product) : null));
    }

    @Operation(operationId = "getMetrics", summary = "The product's figures")
    @GET
    @Path("metrics")
    public Metrics metrics(@HeaderParam(KeyHeaders.PLATFORM) String key) {
        // Where the product has been deleted since its key was checked, the key is no longer one.
        return products.totals(keys.require(key).productId()).map(Metrics::of).orElseThrow(PlatformKeys::invalid);
    }
}
