package ai.september.bap.registry.operation;

import ai.september.bap.registry.WireName;

/** Why an engine that was to be put to sleep stayed awake; {@code reason} in the audit log. */
public enum Wakefulness implements WireName {
    /** Something was asked of it meanwhile. */
    ASKED_FOR,
    /** It had been admitted, by a replica that had not written it down yet, or its product's policy has changed. */
    NOT_IDLE,
    /** A turn is under way. */
    ACTIVE_TURN,
    /** It did not say how it is, or is not up. */
    NOT_ANSWERING,
    /** A replica did not write down in time whom it had admitted. */
    STAMPS_MISSING
}
