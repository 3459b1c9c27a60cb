package ai.september.bap.api.engine;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.audit.AuditAction;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.product.Product;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes refused admits to the audit log, beside the request and sampled: at most {@value RefusalSample#PER_SECOND} rows
 * a second of one product per replica, so that a client that hammers can neither fill the log nor push other products'
 * rows out of it. A row says how many of its product were left out before it. Thread-safe.
 */
public final class DeniedAdmits {

    private static final Logger LOG = LoggerFactory.getLogger(DeniedAdmits.class);

    /** Of more products than these the one refused longest ago is forgotten, and what was left out of it. */
    private static final int PRODUCTS = 1_000;

    private final Jdbi jdbi;
    private final Executor executor;
    private final Map<ProductId, RefusalSample> samples = new LinkedHashMap<>(16, 0.75f, true);

    public DeniedAdmits(Jdbi jdbi, Executor executor) {
        this.jdbi = jdbi;
        this.executor = executor;
    }

    void record(Product product, UserId user, String reason) {
        sample(product.productId()).ifPresent(before -> {
            try {
                executor.execute(() -> write(product, user, reason, before));
            } catch (RejectedExecutionException stopping) {
                LOG.debug("a refused admit is not audited any more", stopping);
            }
        });
    }

    private synchronized OptionalLong sample(ProductId product) {
        OptionalLong before = samples.computeIfAbsent(product, refused -> new RefusalSample(System::nanoTime))
                .next();
        if (samples.size() > PRODUCTS) {
            samples.remove(samples.keySet().iterator().next());
        }
        return before;
    }

    private void write(Product product, UserId user, String reason, long before) {
        try {
            jdbi.useExtension(
                    AuditDao.class,
                    audit -> audit.insert(
                            product.productId(),
                            user,
                            null,
                            AuditAction.ADMIT_DENIED,
                            Actor.product(product.slug()),
                            before == 0
                                    ? Map.of("reason", reason)
                                    : Map.of("reason", reason, "left_out_before", before),
                            null));
        } catch (RuntimeException databaseAway) {
            LOG.debug("a refused admit could not be audited", databaseAway);
        }
    }
}
