package ai.september.bap.registry.operation;

import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.erasure.Erasures;
import ai.september.bap.registry.vault.KeyHash;
import org.jspecify.annotations.Nullable;

/** What became of a request that was not refused. */
public sealed interface Accepted {

    /** The engine runs: nothing to wait for. */
    record Running(EngineRow engine) implements Accepted {}

    /** Admit was answered with a reason. */
    record Denied(DenialReason reason) implements Accepted {}

    /**
     * An operation to wait for.
     *
     * @param begun whether this request began it; false if it joined one that was under way
     */
    record Waiting(Operation operation, boolean begun) implements Accepted {}

    /** There was no engine to destroy; what there is of the user's name is being cleared. */
    record Erased(Erasures.Progress progress) implements Accepted {}

    /**
     * A repetition of an earlier request: its operation, to wait for or to answer from.
     *
     * @param keyHash hash of the engine's key that the answer had; another one must not take its place. Null if it had none
     */
    record Repeated(Operation operation, @Nullable KeyHash keyHash) implements Accepted {

        /** Whether the engine still has the key that the answer had; true if it had none. */
        public boolean hadKeyOf(EngineRow engine) {
            return keyHash == null || engine.keyHash().matches(keyHash);
        }
    }
}
