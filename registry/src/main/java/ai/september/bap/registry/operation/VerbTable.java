package ai.september.bap.registry.operation;

import static ai.september.bap.registry.operation.OperationKind.DESTROY;
import static ai.september.bap.registry.operation.OperationKind.PROVISION;
import static ai.september.bap.registry.operation.OperationKind.RECOVER;
import static ai.september.bap.registry.operation.OperationKind.ROTATE_KEY;
import static ai.september.bap.registry.operation.OperationKind.SLEEP;
import static ai.september.bap.registry.operation.OperationKind.START;
import static ai.september.bap.registry.operation.OperationKind.STOP;
import static ai.september.bap.registry.operation.OperationKind.WAKE;

import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.Decision.Admitted;
import ai.september.bap.registry.operation.Decision.Begin;
import ai.september.bap.registry.operation.Decision.CallOff;
import ai.september.bap.registry.operation.Decision.Denied;
import ai.september.bap.registry.operation.Decision.Join;
import ai.september.bap.registry.operation.Decision.Refused;
import java.util.Optional;

/**
 * Every verb in every state: the specification's table as a pure function. Pre-emption is {@link Begin} in a situation
 * with an open operation.
 */
final class VerbTable {

    private VerbTable() {}

    /** What a verb comes to where a row exists. Admit has its own: {@link #admit}. */
    static Decision decide(Verb verb, Situation at) {
        return switch (verb) {
            case ADMIT -> admit(at, AdmitFlags.NONE);
            case PROVISION -> provision(at);
            case START -> start(at);
            case STOP -> stop(at);
            case ROTATE_KEY -> rotate(at);
            case DESTROY -> destroy(at);
        };
    }

    static Decision admit(Situation at, AdmitFlags flags) {
        if (at.open() == RECOVER) {
            return new Denied(DenialReason.ENGINE_UNHEALTHY);
        }
        if (at.open() == SLEEP) {
            // Whatever the flags: nobody was told that it sleeps.
            return at.isDozing() ? new CallOff() : new Begin(WAKE);
        }
        if (at.open() != null) {
            return new Join();
        }
        return switch (at.status()) {
            case RUNNING -> new Admitted();
            case SLEEPING -> flags.autoWake() ? new Begin(WAKE) : new Denied(DenialReason.ENGINE_SLEEPING);
            case STOPPED -> new Denied(DenialReason.ENGINE_STOPPED);
            case FAILED ->
                at.isFailedProvision() && flags.autoProvision()
                        ? new Begin(PROVISION)
                        : new Denied(DenialReason.ENGINE_UNHEALTHY);
            case PROVISIONING, DESTROYING -> inProgress(at);
        };
    }

    private static Decision provision(Situation at) {
        if (at.isFailedProvision()) {
            return new Begin(PROVISION);
        }
        if (at.status() == EngineStatus.DESTROYING) {
            return inProgress(at);
        }
        return new Refused(
                ErrorCode.ENGINE_ALREADY_EXISTS,
                "This user already has an engine (" + at.status().wireName() + "). Use admit, or destroy it first.");
    }

    private static Decision start(Situation at) {
        if (at.open() == START || at.open() == WAKE) {
            return new Join();
        }
        if (at.open() == RECOVER || at.open() == SLEEP) {
            return new Begin(START);
        }
        if (at.status() == EngineStatus.RUNNING && (at.open() == null || at.open() == ROTATE_KEY)) {
            return new Refused(
                    ErrorCode.ENGINE_ALREADY_RUNNING, "The engine is already running. Use admit to reach it.");
        }
        if (at.open() != null || isTransient(at)) {
            return inProgress(at);
        }
        return new Begin(at.isFailedProvision() ? PROVISION : START);
    }

    private static Decision stop(Situation at) {
        if (at.open() == STOP) {
            return new Join();
        }
        if (at.status() == EngineStatus.DESTROYING) {
            return inProgress(at);
        }
        if (at.status() == EngineStatus.STOPPED && at.open() == null) {
            return notRunning(at);
        }
        return new Begin(STOP);
    }

    private static Decision rotate(Situation at) {
        if (at.open() == ROTATE_KEY) {
            return new Join();
        }
        if (at.open() == RECOVER) {
            return notRunning(at);
        }
        if ((at.open() != null && !at.isDozing()) || isTransient(at)) {
            return inProgress(at);
        }
        return at.status() == EngineStatus.RUNNING ? new Begin(ROTATE_KEY) : notRunning(at);
    }

    private static Decision destroy(Situation at) {
        return at.open() == DESTROY ? new Join() : new Begin(DESTROY);
    }

    private static boolean isTransient(Situation at) {
        return at.status() == EngineStatus.PROVISIONING || at.status() == EngineStatus.DESTROYING;
    }

    private static Decision notRunning(Situation at) {
        return new Refused(
                ErrorCode.ENGINE_NOT_RUNNING,
                "The engine is " + at.status().wireName() + ", not running. Start it first.");
    }

    private static Decision inProgress(Situation at) {
        String what = Optional.ofNullable(at.open())
                .map(OperationKind::wireName)
                .orElseGet(() -> at.status().wireName());
        return new Refused(
                ErrorCode.OPERATION_IN_PROGRESS,
                "Another operation (" + what + ") is under way for this engine. Repeat the request when it has ended.");
    }
}
