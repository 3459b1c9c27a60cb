package ai.september.bap.blackbox;

import org.jdbi.v3.core.Handle;

/**
 * Keeps every step that touches one engine's container waiting, as another worker's step would: it holds the engine's
 * lock in the database. An operation begun meanwhile stays under way until the gate is closed.
 */
final class EngineGate implements SteerableEngine.Steering {

    private final Handle handle;

    private EngineGate(Handle handle) {
        this.handle = handle;
    }

    static EngineGate of(Orchestrator orchestrator, String engineId) {
        Handle handle = orchestrator.sql().open();
        handle.begin();
        handle.createQuery(
                        "SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtextextended('engine/' || :id, 0))) AS held")
                .bind("id", engineId)
                .mapTo(Integer.class)
                .one();
        return new EngineGate(handle);
    }

    @Override
    public void close() {
        if (!handle.isClosed()) {
            handle.rollback();
            handle.close();
        }
    }
}
