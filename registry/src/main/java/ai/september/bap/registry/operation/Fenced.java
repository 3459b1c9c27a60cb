package ai.september.bap.registry.operation;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.erasure.Erasures;
import ai.september.bap.registry.health.EngineHealthDao;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.product.ProductDao;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** An operation and its engine, locked and found current. */
final class Fenced {
    private final Handle handle;

    final EngineDao engines;
    final OperationDao operations;
    final ProductDao products;
    final Operation operation;
    final EngineRow engine;
    final OperationAudit audit;

    @Nullable
    Operation ended;

    /**
     * Locks the engine and looks.
     *
     * @throws SupersededException if the operation is of the past
     */
    Fenced(Handle handle, OperationId operationId) {
        this.handle = handle;
        this.engines = handle.attach(EngineDao.class);
        this.operations = handle.attach(OperationDao.class);
        this.products = handle.attach(ProductDao.class);
        Operation seen = operations.find(operationId).orElseThrow(() -> new SupersededException(operationId));
        this.engine = engines.lock(seen.engineId()).orElseThrow(() -> new SupersededException(operationId));
        // Read again: it may have ended while we waited for the lock.
        this.operation = operations
                .find(operationId)
                .filter(found -> !found.status().isEnded() && found.fence() == engine.fence())
                .orElseThrow(() -> new SupersededException(operationId));
        this.audit = new OperationAudit(handle);
    }

    /** Something done while the operation is known to be current. */
    interface Work {
        void run(Fenced fenced);
    }

    /**
     * Does it in one transaction, and then tells {@code onEnd} of the operation if it has ended by it.
     *
     * @return whether it has
     */
    static boolean run(Jdbi jdbi, Consumer<Operation> onEnd, OperationId operationId, Work work) {
        Fenced done = jdbi.inTransaction(handle -> {
            Fenced fenced = new Fenced(handle, operationId);
            work.run(fenced);
            return fenced;
        });
        if (done.ended == null) {
            return false;
        }
        onEnd.accept(done.ended);
        return true;
    }

    Handle handle() {
        return handle;
    }

    void succeed(EngineStatus engineStatus) {
        close(OperationStatus.SUCCEEDED, null, null, engineStatus);
    }

    void end(OperationStatus outcome, Failure failure, EngineStatus engineStatus) {
        String message = messageWithOutput(failure);
        audit.with("code", failure.code().name())
                .with("engine_status_before", engine.status().wireName());
        if (operation.kind() == OperationKind.RECOVER) {
            audit.with("error", message);
        }
        close(outcome, failure.code().name(), message, engineStatus);
    }

    /** After the audit row of the end, which has the name, too. */
    void eraseIfAsked() {
        if (operation.erase()) {
            Erasures.begin(handle, operation.productId(), operation.userId());
        }
    }

    void close(OperationStatus outcome, @Nullable String code, @Nullable String message, EngineStatus engineStatus) {
        Operation closed = operations
                .end(operation.operationId(), outcome, code, message, null)
                .orElseThrow(() -> new SupersededException(operation.operationId()));
        operations.endOpenSteps(operation.operationId(), outcome);
        settleHealth(closed, engineStatus);
        audit.ended(closed, engineStatus);
        ended = closed;
    }

    /** Whoever asks for something by hand begins with a clean slate; what goes on by itself goes on counting. */
    private void settleHealth(Operation closed, EngineStatus engineStatus) {
        EngineHealthDao healths = handle.attach(EngineHealthDao.class);
        if (!closed.actor().equals(Actor.SYSTEM.name())) {
            healths.forget(closed.engineId());
            engines.nothingFound(closed.engineId());
        } else if (engineStatus == EngineStatus.RUNNING && closed.kind() != OperationKind.SLEEP) {
            healths.recovered(closed.engineId());
        } else {
            healths.notLost(closed.engineId());
        }
    }

    private String messageWithOutput(Failure failure) {
        String output = operation.engineOutput();
        return output == null || output.isBlank()
                ? failure.message()
                : sentence(failure.message()) + " Its last output:\n" + output;
    }

    private static String sentence(String message) {
        return message.endsWith(".") ? message : message + ".";
    }
}
