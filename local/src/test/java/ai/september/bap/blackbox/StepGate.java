package ai.september.bap.blackbox;

import ai.september.bap.registry.operation.StepName;
import ai.september.bap.testing.Await;
import java.time.Duration;
import org.jdbi.v3.core.Handle;

/** Keeps one step of one operation from beginning, with the engine's lock in its hands if it takes it. */
final class StepGate implements SteerableEngine.Steering {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Handle handle;
    private final int backend;

    private StepGate(Handle handle, int backend) {
        this.handle = handle;
        this.backend = backend;
    }

    /** Holds the row in which the step would note that it has begun. */
    static StepGate of(Orchestrator orchestrator, String operationId, StepName step) {
        Handle handle = orchestrator.sql().open();
        handle.begin();
        int backend = handle.createQuery(
                        "SELECT pg_backend_pid() FROM operation_steps WHERE operation_id = ?::uuid AND name = ? FOR UPDATE")
                .bind(0, operationId)
                .bind(1, step.wireName())
                .mapTo(Integer.class)
                .one();
        return new StepGate(handle, backend);
    }

    /** Waits until the step stands before it. */
    void awaitArrival(Orchestrator orchestrator) {
        Await.atMost(PATIENCE, "the step is about to begin")
                .until(() -> orchestrator
                        .sql()
                        .withHandle(sql -> sql.createQuery(
                                        "SELECT count(*) > 0 FROM pg_stat_activity WHERE ? = ANY(pg_blocking_pids(pid))")
                                .bind(0, backend)
                                .mapTo(Boolean.class)
                                .one()));
    }

    @Override
    public void close() {
        if (!handle.isClosed()) {
            handle.rollback();
            handle.close();
        }
    }
}
