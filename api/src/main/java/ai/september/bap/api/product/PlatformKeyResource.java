package ai.september.bap.api.product;

import ai.september.bap.api.describe.Refuses;
import ai.september.bap.api.http.AdminAuthentication;
import ai.september.bap.api.http.JsonBody;
import ai.september.bap.api.http.KeyHeaders;
import ai.september.bap.api.http.NoFields;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.product.PlatformKey;
import ai.september.bap.registry.product.PlatformKeyRing;
import ai.september.bap.registry.product.Product;
import ai.september.bap.registry.product.Products;
import ai.september.bap.registry.vault.ApiKey;
import ai.september.bap.registry.vault.KeyGenerator;
import ai.september.bap.registry.vault.KeyHash;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A product's platform keys: made and listed by the operator or the product itself, revoked by the operator. */
@Path("/products/{product_id}/platform-keys")
@Produces(MediaType.APPLICATION_JSON)
public final class PlatformKeyResource {

    private static final int STANDARD_OVERLAP_S = 24 * 60 * 60;
    private static final int LONGEST_OVERLAP_S = 30 * STANDARD_OVERLAP_S;

    private final AdminAuthentication adminKey;
    private final PlatformKeys platformKeys;
    private final PlatformKeyRing ring;
    private final KeyGenerator generator;

    public PlatformKeyResource(
            AdminAuthentication adminKey, PlatformKeys platformKeys, PlatformKeyRing ring, KeyGenerator generator) {
        this.adminKey = adminKey;
        this.platformKeys = platformKeys;
        this.ring = ring;
        this.generator = generator;
    }

    /** What a rotation may say: how long, in seconds, the keys before stay valid. */
    @Schema(name = "PlatformKeyRequest")
    public record Rotation(@Nullable Integer overlapS) {
        public Rotation {
            if (overlapS != null && (overlapS < 0 || overlapS > LONGEST_OVERLAP_S)) {
                throw new IllegalArgumentException("overlap_s must be a whole number from 0 to " + LONGEST_OVERLAP_S);
            }
        }

        Duration overlap() {
            return Duration.ofSeconds(overlapS == null ? STANDARD_OVERLAP_S : overlapS);
        }
    }

    /** A new key, in clear this once. */
    @Schema(name = "PlatformKeyCreated")
    public record Made(
            UUID keyId,
            String platformApiKey,
            Instant createdAt,
            @Nullable Instant previousKeysExpireAt) {

        @Override
        public String toString() {
            return "Made[" + keyId + ", [REDACTED]]";
        }
    }

    /** All that is known of keys; never a key. */
    @Schema(name = "PlatformKeyList")
    public record Listing(List<PlatformKey> keys) {}

    /** A key that ended. */
    @Schema(name = "PlatformKeyRevoked")
    public record Revoked(UUID keyId, String status) {}

    /** Who asks: the operator, or a product. */
    private record Asker(
            Actor actor,
            @Nullable Product product,
            @Nullable KeyHash presented) {

        /** Another product's id answers as one that no product has. */
        ProductId mayTouch(String productId) {
            ProductId id = ProductIds.parse(productId);
            if (product != null && !product.productId().equals(id)) {
                throw Products.notFound();
            }
            return id;
        }
    }

    @Operation(
            operationId = "createPlatformKey",
            summary = "Makes a product's next key; those before it stay valid for a while")
    @ApiResponse(
            responseCode = "200",
            description = "The key, shown this once",
            content = @Content(schema = @Schema(implementation = Made.class)))
    @RequestBody(content = @Content(mediaType = "application/json", schema = @Schema(implementation = Rotation.class)))
    @Refuses({ErrorCode.POLICY_DENIED, ErrorCode.PRODUCT_NOT_FOUND, ErrorCode.OPERATION_IN_PROGRESS})
    @POST
    public Made rotate(
            @HeaderParam(KeyHeaders.ADMIN) String admin,
            @HeaderParam(KeyHeaders.PLATFORM) String platform,
            @PathParam("product_id") String productId,
            @BeanParam JsonBody body) {
        Asker asker = asker(admin, platform);
        Duration overlap = body.readOrEmpty(Rotation.class).overlap();
        ApiKey key = generator.platformKey();
        PlatformKeyRing.Minted minted =
                ring.mint(asker.mayTouch(productId), key.hash(), overlap, asker.actor(), asker.presented());
        return new Made(minted.key().keyId(), key.reveal(), minted.key().createdAt(), minted.previousKeysExpireAt());
    }

    @Operation(operationId = "listPlatformKeys", summary = "What is known of a product's keys; never a key")
    @Refuses({ErrorCode.PRODUCT_NOT_FOUND})
    @GET
    public Listing list(
            @HeaderParam(KeyHeaders.ADMIN) String admin,
            @HeaderParam(KeyHeaders.PLATFORM) String platform,
            @PathParam("product_id") String productId) {
        return new Listing(ring.list(asker(admin, platform).mayTouch(productId)));
    }

    @Operation(operationId = "revokePlatformKey", summary = "Ends a key at once")
    @ApiResponse(
            responseCode = "200",
            description = "The key is invalid",
            content = @Content(schema = @Schema(implementation = Revoked.class)))
    @Refuses({ErrorCode.PRODUCT_NOT_FOUND, ErrorCode.NOT_FOUND, ErrorCode.OPERATION_IN_PROGRESS})
    @DELETE
    @Path("{key_id}")
    public Revoked revoke(
            @HeaderParam(KeyHeaders.ADMIN) String admin,
            @PathParam("product_id") String productId,
            @PathParam("key_id") String keyId,
            @BeanParam JsonBody body) {
        Actor actor = Actor.admin(adminKey.require(admin));
        body.readOrEmpty(NoFields.class);
        PlatformKey key = ring.revoke(ProductIds.parse(productId), keyId(keyId), actor);
        return new Revoked(key.keyId(), "revoked");
    }

    private Asker asker(@Nullable String admin, @Nullable String platform) {
        Optional<String> operator = adminKey.name(admin);
        if (operator.isPresent()) {
            return new Asker(Actor.admin(operator.get()), null, null);
        }
        Product product = platformKeys.require(platform);
        return new Asker(Actor.product(product.slug()), product, PlatformKeys.hash(platform));
    }

    private static UUID keyId(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException noUuid) {
            throw new BapException(ErrorCode.NOT_FOUND, "No platform key has this id.");
        }
    }
}
