package ai.september.bap.registry.operation;

import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;

/** What a verb comes to in a situation. */
public sealed interface Decision {

    /** Nothing to do: the engine runs. Only admit gets this. */
    record Admitted() implements Decision {}

    /** Refused politely, with a reason instead of an error. Only admit gets this. */
    record Denied(DenialReason reason) implements Decision {}

    /** Refused with an error. */
    record Refused(ErrorCode code, String message) implements Decision {

        BapException toException() {
            return new BapException(code, message);
        }
    }

    /** An operation is to begin; any open one is cancelled by it. */
    record Begin(OperationKind kind) implements Decision {}

    /** The sleep under way, which has not touched anything, ends as cancelled: the engine runs, as before. Only admit gets this. */
    record CallOff() implements Decision {}

    /** The caller waits for the operation under way and gets its result. */
    record Join() implements Decision {}
}
