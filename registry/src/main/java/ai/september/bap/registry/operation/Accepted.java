package ai.september.bap.registry.operation;

import ai.september.bap.registry.engine.EngineRow;

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
}
