package ai.september.bap.api.admin;

import ai.september.bap.api.describe.Queries;
import ai.september.bap.api.describe.Refuses;
import ai.september.bap.api.http.AdminAuthentication;
import ai.september.bap.api.http.JsonBody;
import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.api.http.NoFields;
import ai.september.bap.api.http.QueryParameters;
import ai.september.bap.api.operation.OperationView;
import ai.september.bap.api.operation.Replies;
import ai.september.bap.api.product.ProductIds;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.deletion.ProductDeletion;
import ai.september.bap.registry.deletion.ProductDeletions;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.product.Products;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.function.Consumer;

/** Looking at products, and deleting them. */
@Path("/products")
@Produces(MediaType.APPLICATION_JSON)
public final class ProductAdminResource {

    private final AdminAuthentication adminKey;
    private final Products products;
    private final ProductDeletions deletions;
    private final Consumer<ProductDeletion> starter;

    /** Deletions that take their time go to {@code starter}, which neither blocks nor fails. */
    public ProductAdminResource(
            AdminAuthentication adminKey,
            Products products,
            ProductDeletions deletions,
            Consumer<ProductDeletion> starter) {
        this.adminKey = adminKey;
        this.products = products;
        this.deletions = deletions;
        this.starter = starter;
    }

    /** A page of products. */
    @Schema(name = "ProductPage")
    public record Page(List<ProductView> products, long total) {}

    /** A product that is no more. */
    @Schema(name = "ProductDeleted")
    public record Deleted(ProductId productId, String status) {}

    /** All products, oldest first. */
    @Operation(operationId = "listProducts", summary = "All products, oldest first")
    @Queries({"limit", "offset"})
    @GET
    public Page list(@HeaderParam(KeyHeaders.ADMIN) String key, @BeanParam QueryParameters query) {
        adminKey.require(key);
        Products.Page page = products.list(query.limit(), query.offset());
        return new Page(page.products().stream().map(ProductView::of).toList(), page.total());
    }

    @Operation(operationId = "getProduct", summary = "One product")
    @Refuses({ErrorCode.PRODUCT_NOT_FOUND})
    @GET
    @Path("{product_id}")
    public ProductView get(@HeaderParam(KeyHeaders.ADMIN) String key, @PathParam("product_id") String productId) {
        adminKey.require(key);
        return ProductView.of(products.get(ProductIds.parse(productId)));
    }

    /**
     * Deletes a product that has no engines; with {@code ?destroy_engines=true} its engines first, which goes on after the
     * answer. With {@code ?erase=true} the names of all its users go out of audit log and operations afterwards.
     */
    @Operation(operationId = "deleteProduct", summary = "Deletes a product; with destroy_engines its engines first")
    @ApiResponse(
            responseCode = "200",
            description = "The product is gone",
            content = @Content(schema = @Schema(implementation = Deleted.class)))
    @ApiResponse(responseCode = "202", description = "Its engines are being destroyed")
    @Queries({"destroy_engines", "erase_users"})
    @Refuses({ErrorCode.PRODUCT_NOT_FOUND, ErrorCode.PRODUCT_NOT_EMPTY})
    @DELETE
    @Path("{product_id}")
    public Response delete(
            @HeaderParam(KeyHeaders.ADMIN) String key,
            @PathParam("product_id") String productId,
            @BeanParam QueryParameters query,
            @BeanParam JsonBody body) {
        Actor actor = Actor.admin(adminKey.require(key));
        body.readOrEmpty(NoFields.class);
        boolean destroyEngines = query.flag("destroy_engines");
        boolean erase = query.flag("erase");
        ProductDeletion deletion = deletions.begin(ProductIds.parse(productId), destroyEngines, erase, actor);
        if (deletion.finishedAt() == null) {
            starter.accept(deletion);
            return Replies.accepted(deletion.operationId(), OperationView.of(deletion));
        }
        return Response.ok(new Deleted(deletion.productId(), "deleted")).build();
    }
}
