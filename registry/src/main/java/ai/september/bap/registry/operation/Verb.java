package ai.september.bap.registry.operation;

import ai.september.bap.registry.WireName;

/** What a caller can ask of one engine, apart from reading it. */
public enum Verb implements WireName {
    ADMIT,
    PROVISION,
    START,
    STOP,
    ROTATE_KEY,
    DESTROY;

    /** Whether a product that asks for it, and is told that it succeeded, is told the engine's key. */
    boolean showsKey() {
        return this == PROVISION || this == ROTATE_KEY;
    }
}
