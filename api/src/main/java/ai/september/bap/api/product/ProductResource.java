package ai.september.bap.api.product;

import ai.september.bap.api.describe.Refuses;
import ai.september.bap.api.http.AdminAuthentication;
import ai.september.bap.api.http.JsonBody;
import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.api.http.PathValues;
import ai.september.bap.api.http.Required;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.DisplayText;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Products;
import ai.september.bap.registry.vault.ApiKey;
import ai.september.bap.registry.vault.KeyGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/** Registering products and setting their policy: the operator's business. */
@Path("/products")
@Produces(MediaType.APPLICATION_JSON)
public final class ProductResource {

    private static final int MAX_DISPLAY_NAME = 255;

    private final AdminAuthentication adminKey;
    private final Products products;
    private final KeyGenerator keys;
    private final PolicyReader policies;

    public ProductResource(AdminAuthentication adminKey, Products products, KeyGenerator keys, PolicyReader policies) {
        this.adminKey = adminKey;
        this.products = products;
        this.keys = keys;
        this.policies = policies;
    }

    /** What registers a product. */
    @Schema(name = "ProductRegistration")
    public record Registration(
            Slug slug,
            String displayName,
            @Schema(implementation = Policy.class) @Nullable JsonNode policy) {

        public Registration {
            Required.field("slug", slug, "a string such as \"demo\"");
            Required.field("display_name", displayName, "a string of 1 to 255 characters");
            DisplayText.check("display_name", displayName, MAX_DISPLAY_NAME);
        }

        Policy limits(PolicyReader policies) {
            return policy == null ? Policy.UNLIMITED : policies.read(policy);
        }
    }

    /** A registered product, with its key: shown this once. */
    @Schema(name = "ProductRegistered")
    public record Registered(ProductId productId, Slug slug, String platformApiKey) {

        @Override
        public String toString() {
            return "Registered[" + productId + ", " + slug + ", [REDACTED]]";
        }
    }

    /** What replaces a policy. */
    @Schema(name = "PolicyChange")
    public record PolicyChange(
            @Schema(implementation = Policy.class) JsonNode policy) {

        public PolicyChange {
            Required.field("policy", policy, "an object; {} means no limits");
        }
    }

    /** A policy as it is now. */
    @Schema(name = "PolicyReplaced")
    public record PolicyAnswer(Policy policy) {}

    @Operation(operationId = "registerProduct", summary = "Registers a product and makes its first key")
    @ApiResponse(
            responseCode = "200",
            description = "The product, with its key, shown this once",
            content = @Content(schema = @Schema(implementation = Registered.class)))
    @RequestBody(
            required = true,
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = Registration.class)))
    @Refuses({ErrorCode.PRODUCT_SLUG_EXISTS})
    @POST
    @Path("register")
    public Registered register(@HeaderParam(KeyHeaders.ADMIN) String key, @BeanParam JsonBody body) {
        Actor actor = Actor.admin(adminKey.require(key));
        Registration registration = body.read(Registration.class);
        Policy policy = PathValues.parse(registration, sent -> sent.limits(policies));
        ApiKey platformKey = keys.platformKey();
        ProductId productId =
                products.register(registration.slug(), registration.displayName(), policy, platformKey.hash(), actor);
        return new Registered(productId, registration.slug(), platformKey.reveal());
    }

    @Operation(operationId = "replacePolicy", summary = "Replaces a product's policy, from the next request on")
    @ApiResponse(
            responseCode = "200",
            description = "The policy as it is now",
            content = @Content(schema = @Schema(implementation = PolicyAnswer.class)))
    @RequestBody(
            required = true,
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = PolicyChange.class)))
    @Refuses({ErrorCode.PRODUCT_NOT_FOUND, ErrorCode.OPERATION_IN_PROGRESS})
    @PUT
    @Path("{product_id}/policy")
    public PolicyAnswer replacePolicy(
            @HeaderParam(KeyHeaders.ADMIN) String key,
            @PathParam("product_id") String productId,
            @BeanParam JsonBody body) {
        Actor actor = Actor.admin(adminKey.require(key));
        Policy policy = PathValues.parse(body.read(PolicyChange.class).policy(), policies::read);
        products.replacePolicy(ProductIds.parse(productId), policy, actor);
        return new PolicyAnswer(policy);
    }
}
