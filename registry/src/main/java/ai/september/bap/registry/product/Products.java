package ai.september.bap.registry.product;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.audit.AuditAction;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.vault.KeyHash;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Use cases on products; each is one transaction, its audit row included. Thread-safe. */
public final class Products {

    private final Jdbi jdbi;

    public Products(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Registers a product with its first platform key.
     *
     * @throws BapException {@code PRODUCT_SLUG_EXISTS}
     */
    public ProductId register(Slug slug, String displayName, Policy policy, KeyHash platformKey, Actor actor) {
        ProductId productId = ProductId.random();
        jdbi.useTransaction(handle -> {
            ProductDao products = handle.attach(ProductDao.class);
            if (products.insert(productId, slug, displayName, policy) == 0) {
                throw new BapException(
                        ErrorCode.PRODUCT_SLUG_EXISTS,
                        "A product with slug \"" + slug + "\" exists. Choose another slug.");
            }
            products.insertTotals(productId);
            products.insertKey(UUID.randomUUID(), productId, platformKey);
            handle.attach(AuditDao.class)
                    .insert(
                            productId,
                            null,
                            null,
                            AuditAction.POLICY_REGISTER,
                            actor,
                            Map.of("slug", slug.value(), "policy", policy),
                            null);
        });
        return productId;
    }

    /**
     * Replaces a product's whole policy.
     *
     * @throws BapException {@code PRODUCT_NOT_FOUND}; {@code OPERATION_IN_PROGRESS} if it is being deleted
     */
    public void replacePolicy(ProductId productId, Policy policy, Actor actor) {
        jdbi.useTransaction(handle -> {
            if (handle.attach(ProductDao.class).updatePolicy(productId, policy) == 0) {
                throw unchangeable(handle, productId);
            }
            handle.attach(AuditDao.class)
                    .insert(productId, null, null, AuditAction.POLICY_UPDATE, actor, Map.of("policy", policy), null);
        });
    }

    /** A page of products. */
    public record Page(List<ProductDetails> products, long total) {}

    /** All products, oldest first. */
    public Page list(int limit, long offset) {
        return jdbi.withExtension(
                ProductDao.class, products -> new Page(products.page(limit, offset), products.count()));
    }

    /**
     * One product.
     *
     * @throws BapException {@code PRODUCT_NOT_FOUND}
     */
    public ProductDetails get(ProductId productId) {
        return jdbi.withExtension(ProductDao.class, products -> products.details(productId))
                .orElseThrow(Products::notFound);
    }

    /** The refusal of an id that is no product's. */
    public static BapException notFound() {
        return new BapException(
                ErrorCode.PRODUCT_NOT_FOUND, "No product has this id. Register one with POST /products/register.");
    }

    /** The refusal of one that was there when the request began. */
    public static BapException gone() {
        return new BapException(ErrorCode.PRODUCT_NOT_FOUND, "This product no longer exists.");
    }

    /** The refusal of a change to a product that is being deleted, or of an id that is no product's. */
    static BapException unchangeable(Handle handle, ProductId productId) {
        return handle.attach(ProductDao.class)
                .details(productId)
                .map(deleting -> new BapException(
                        ErrorCode.OPERATION_IN_PROGRESS,
                        "This product is being deleted. Wait until it is gone, and register another one."))
                .orElseGet(Products::notFound);
    }

    /** Which platform key it is, and whose, if it is valid now. */
    public Optional<KnownKey> authenticate(KeyHash platformKey) {
        return jdbi.withExtension(PlatformKeyDao.class, keys -> keys.find(platformKey));
    }

    /** The product's figures; empty if there is no such product. */
    public Optional<ProductTotals> totals(ProductId productId) {
        return jdbi.withExtension(ProductDao.class, products -> products.totals(productId));
    }
}
