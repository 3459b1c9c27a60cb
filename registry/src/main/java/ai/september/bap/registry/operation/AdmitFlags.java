package ai.september.bap.registry.operation;

/**
 * What an admit may set in motion.
 *
 * @param autoProvision a missing engine, or one whose first provision failed, may be provisioned
 * @param autoWake a sleeping engine may be woken
 */
public record AdmitFlags(boolean autoProvision, boolean autoWake) {

    /** Neither: only look and wait. */
    public static final AdmitFlags NONE = new AdmitFlags(false, false);
}
