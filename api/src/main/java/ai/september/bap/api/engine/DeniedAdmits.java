package ai.september.bap.api.engine;

import ai.september.bap.registry.audit.AuditAction;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.product.Product;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes refused admits to the audit log, beside the request and sampled: at most {@value #PER_SECOND} rows a second
 * per replica, so that a client that hammers cannot fill the log. A row says how many were left out before it.
 * Thread-safe.
 */
public final class DeniedAdmits {

    private static final Logger LOG = LoggerFactory.getLogger(DeniedAdmits.class);

    private static final int PER_SECOND = 20;

    private final Jdbi jdbi;
    private final Executor executor;
    private final AtomicLong leftOut = new AtomicLong();
    private long second;
    private int writtenInSecond;

    public DeniedAdmits(Jdbi jdbi, Executor executor) {
        this.jdbi = jdbi;
        this.executor = executor;
    }

    void record(Product product, UserId user, String reason) {
        if (!isSampled()) {
            leftOut.incrementAndGet();
            return;
        }
        long before = leftOut.getAndSet(0);
        try {
            executor.execute(() -> write(product, user, reason, before));
        } catch (RejectedExecutionException busy) {
            leftOut.addAndGet(before + 1);
        }
    }

    private synchronized boolean isSampled() {
        long now = System.nanoTime() / 1_000_000_000L;
        if (now != second) {
            second = now;
            writtenInSecond = 0;
        }
        return ++writtenInSecond <= PER_SECOND;
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
                            product.slug().value(),
                            before == 0
                                    ? Map.of("reason", reason)
                                    : Map.of("reason", reason, "left_out_before", before),
                            null));
        } catch (RuntimeException databaseAway) {
            LOG.debug("a refused admit could not be audited", databaseAway);
        }
    }
}
