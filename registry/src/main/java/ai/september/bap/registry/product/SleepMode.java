package ai.september.bap.registry.product;

import ai.september.bap.registry.WireName;

/** What becomes of an engine that sleeps. */
public enum SleepMode implements WireName {
    /** Its processes are frozen: they use no processor, and keep their memory. */
    PAUSE,
    /** Its processes end: memory is free for others. */
    STOP
}
