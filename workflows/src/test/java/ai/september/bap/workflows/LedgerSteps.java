package ai.september.bap.workflows;

import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.SupersededException;
import ai.september.bap.registry.operation.Wakefulness;
import ai.september.bap.registry.product.SleepMode;
import io.temporal.activity.Activity;
import io.temporal.client.ActivityCompletionException;
import io.temporal.failure.ApplicationFailure;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Steps that write to a real ledger, and steps beside a container that take as long as the test wants. Thread-safe. */
final class LedgerSteps {

    private final OperationLedger ledger;
    private final Set<OperationId> held = ConcurrentHashMap.newKeySet();
    private final Set<OperationId> settlementsHeld = ConcurrentHashMap.newKeySet();
    private final Set<OperationId> atWork = ConcurrentHashMap.newKeySet();

    LedgerSteps(OperationLedger ledger) {
        this.ledger = ledger;
    }

    /** The operation's steps beside the container do not end before they are released. */
    void hold(OperationId operation) {
        held.add(operation);
    }

    /** The operation's settlement does not end either before it is released. */
    void holdSettlement(OperationId operation) {
        settlementsHeld.add(operation);
    }

    void release(OperationId operation) {
        held.remove(operation);
    }

    /** Whether a step of the operation is at work. */
    boolean isAtWork(OperationId operation) {
        return atWork.contains(operation);
    }

    EngineSteps engine() {
        return new Engine();
    }

    RegistrySteps registry() {
        return new Registry();
    }

    private final class Engine implements EngineSteps {

        @Override
        public void migrateBrain(OperationRef operation) {
            work(operation);
        }

        @Override
        public Launch launchContainer(OperationRef operation) {
            return new Launch("container", Instant.EPOCH);
        }

        @Override
        public Boot awaitHealthy(OperationRef operation, Launch launch) {
            return ScriptedSteps.BOOT;
        }

        @Override
        public void wakeContainer(OperationRef operation) {
            record(operation, ledger::begin);
            work(operation);
            record(operation, id -> ledger.running(id, 1, Instant.EPOCH));
        }

        @Override
        public void stopContainer(OperationRef operation) {
            work(operation);
        }

        @Override
        public Suspension suspendContainer(OperationRef operation) {
            work(operation);
            return Suspension.in(SleepMode.PAUSE);
        }

        @Override
        public void removeContainer(OperationRef operation) {}

        @Override
        public void removeVolume(OperationRef operation) {}

        @Override
        public void settle(OperationRef operation, StepFailure reason) {
            if (settlementsHeld.contains(operation.operationId())) {
                work(operation);
            }
            record(operation, id -> ledger.settled(id, reason.toFailure()));
        }

        private void work(OperationRef operation) {
            record(operation, ledger::touch);
            atWork.add(operation.operationId());
            try {
                while (held.contains(operation.operationId())) {
                    Activity.getExecutionContext().heartbeat(null);
                    LockSupport.parkNanos(5_000_000);
                }
            } catch (ActivityCompletionException unwanted) {
                atWork.remove(operation.operationId());
                throw unwanted;
            }
        }
    }

    private final class Registry implements RegistrySteps {

        @Override
        public void begin(OperationRef operation) {
            record(operation, ledger::begin);
        }

        @Override
        public void running(OperationRef operation, Boot boot) {
            record(operation, id -> ledger.running(id, boot.durationMs(), boot.healthyAt()));
        }

        @Override
        public void rotated(OperationRef operation, Boot boot) {
            record(operation, id -> ledger.rotated(id, boot.durationMs(), boot.healthyAt()));
        }

        @Override
        public void stopped(OperationRef operation) {
            record(operation, ledger::stopped);
        }

        @Override
        public void asleep(OperationRef operation, SleepMode mode) {
            record(operation, id -> ledger.asleep(id, mode));
        }

        @Override
        public void staysAwake(OperationRef operation, Wakefulness reason) {
            record(operation, id -> ledger.staysAwake(id, reason));
        }

        @Override
        public void destroyed(OperationRef operation) {
            record(operation, ledger::destroyed);
        }

        @Override
        public void revertRotation(OperationRef operation) {
            record(operation, ledger::revertRotation);
        }

        @Override
        public void oldKeyStays(OperationRef operation, OperationStatus outcome, StepFailure failure, Boot boot) {
            record(
                    operation,
                    id -> ledger.oldKeyStays(id, outcome, failure.toFailure(), boot.durationMs(), boot.healthyAt()));
        }

        @Override
        public boolean endUntouched(OperationRef operation, OperationStatus outcome, StepFailure failure) {
            boolean[] ended = new boolean[1];
            record(operation, id -> ended[0] = ledger.endUntouched(id, outcome, failure.toFailure()));
            return ended[0];
        }

        @Override
        public void failed(OperationRef operation, StepFailure failure) {
            record(operation, id -> ledger.failed(id, failure.toFailure()));
        }

        @Override
        public void cancelled(OperationRef operation, StepFailure reason) {
            record(operation, id -> ledger.cancelled(id, reason.toFailure()));
        }
    }

    private void record(OperationRef operation, Consumer<OperationId> entry) {
        try {
            entry.accept(operation.operationId());
        } catch (SupersededException superseded) {
            throw ApplicationFailure.newNonRetryableFailure("superseded", FailureTypes.SUPERSEDED);
        }
    }
}
