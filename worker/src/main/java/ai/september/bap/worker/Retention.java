package ai.september.bap.worker;

import ai.september.bap.process.configuration.OperationSettings;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.operation.OperationDao;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.jdbi.v3.core.Jdbi;

/** Deletes ended operations and audit rows that are past their time, in bounded batches. */
final class Retention implements Runnable {

    static final Duration INTERVAL = Duration.ofHours(1);

    private static final int BATCH = 1_000;

    private final Jdbi jdbi;
    private final OperationSettings settings;

    Retention(Jdbi jdbi, OperationSettings settings) {
        this.jdbi = jdbi;
        this.settings = settings;
    }

    @Override
    public void run() {
        untilDone(() -> jdbi.withExtension(
                OperationDao.class, operations -> operations.deleteEnded(settings.retention(), BATCH)));
        untilDone(
                () -> jdbi.withExtension(AuditDao.class, audit -> audit.deleteOlder(settings.auditRetention(), BATCH)));
    }

    private static void untilDone(IntSupplier batch) {
        while (batch.getAsInt() == BATCH) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }
}
