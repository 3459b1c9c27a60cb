package ai.september.bap.workflows;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.RecoveryTurn;
import ai.september.bap.registry.operation.Wakefulness;
import ai.september.bap.registry.product.SleepMode;
import io.temporal.client.WorkflowClient;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Both kinds of steps, going as each operation's script says. Names are those of the scripts. */
final class ScriptedSteps {

    static final Instant STARTED_AT = Instant.parse("2026-01-02T03:04:05.678Z");
    static final Boot BOOT = new Boot(250, STARTED_AT.plusMillis(250));

    private final Map<OperationId, Script> scripts = new ConcurrentHashMap<>();
    private final WorkflowClient client;

    ScriptedSteps(WorkflowClient client) {
        this.client = client;
    }

    void perform(OperationRef operation, Script script) {
        scripts.put(operation.operationId(), script);
    }

    EngineSteps engine() {
        return new Engine();
    }

    RegistrySteps registry() {
        return new Registry();
    }

    RecoverySteps recovery() {
        return new Recovery();
    }

    private void attempt(OperationRef operation, String step) {
        requireNonNull(scripts.get(operation.operationId())).attempt(step, client);
    }

    private void last(OperationRef operation, String step) {
        requireNonNull(scripts.get(operation.operationId())).last(step, client);
    }

    private final class Engine implements EngineSteps {

        @Override
        public void migrateBrain(OperationRef operation) {
            attempt(operation, "migrate");
        }

        @Override
        public Launch launchContainer(OperationRef operation) {
            attempt(operation, "launch");
            return new Launch("container-1", STARTED_AT);
        }

        @Override
        public Boot awaitHealthy(OperationRef operation, Launch launch) {
            if (!launch.equals(new Launch("container-1", STARTED_AT))) {
                throw new AssertionError("another launch: " + launch);
            }
            attempt(operation, "await");
            return BOOT;
        }

        @Override
        public void wakeContainer(OperationRef operation) {
            last(operation, "wake");
        }

        @Override
        public void stopContainer(OperationRef operation) {
            attempt(operation, "stop");
        }

        @Override
        public Suspension suspendContainer(OperationRef operation) {
            attempt(operation, "suspend");
            return requireNonNull(scripts.get(operation.operationId())).suspension();
        }

        @Override
        public void removeContainer(OperationRef operation) {
            attempt(operation, "remove");
        }

        @Override
        public void removeVolume(OperationRef operation) {
            attempt(operation, "remove-volume");
        }

        @Override
        public void settle(OperationRef operation, StepFailure reason) {
            last(operation, "settle");
        }
    }

    private final class Registry implements RegistrySteps {

        @Override
        public void begin(OperationRef operation) {
            attempt(operation, "begin");
        }

        @Override
        public void running(OperationRef operation, Boot boot) {
            requireBoot(boot);
            last(operation, "running");
        }

        @Override
        public void rotated(OperationRef operation, Boot boot) {
            requireBoot(boot);
            last(operation, "rotated");
        }

        @Override
        public void stopped(OperationRef operation) {
            last(operation, "stopped");
        }

        @Override
        public void asleep(OperationRef operation, SleepMode mode) {
            last(operation, "asleep " + mode.wireName());
        }

        @Override
        public void staysAwake(OperationRef operation, Wakefulness reason) {
            last(operation, "awake " + reason.wireName());
        }

        @Override
        public void destroyed(OperationRef operation) {
            last(operation, "destroyed");
        }

        @Override
        public void revertRotation(OperationRef operation) {
            attempt(operation, "revert");
        }

        @Override
        public void oldKeyStays(OperationRef operation, OperationStatus outcome, StepFailure failure, Boot boot) {
            requireBoot(boot);
            last(operation, "old-key " + outcome.wireName() + " " + failure.code());
        }

        @Override
        public boolean endUntouched(OperationRef operation, OperationStatus outcome, StepFailure failure) {
            String step = "untouched? " + outcome.wireName() + " " + failure.code();
            boolean untouched =
                    requireNonNull(scripts.get(operation.operationId())).isUntouched();
            if (untouched) {
                last(operation, step);
            } else {
                attempt(operation, step);
            }
            return untouched;
        }

        @Override
        public void failed(OperationRef operation, StepFailure failure) {
            last(operation, "failed " + failure.code());
        }

        @Override
        public void cancelled(OperationRef operation, StepFailure reason) {
            last(operation, "cancelled");
        }

        private void requireBoot(Boot boot) {
            if (!boot.equals(BOOT)) {
                throw new AssertionError("another boot: " + boot);
            }
        }
    }

    private final class Recovery implements RecoverySteps {

        @Override
        public RecoveryTurn next(OperationRef operation) {
            attempt(operation, "next");
            return requireNonNull(scripts.get(operation.operationId())).turn();
        }

        @Override
        public void attemptFailed(OperationRef operation, StepFailure failure) {
            attempt(operation, "restart-failed " + failure.code());
        }
    }
}
