package ai.september.bap.workflows;

import ai.september.bap.registry.operation.OperationKind;

/** Which workflow carries out which kind of operation. */
public final class Workflows {

    private static final Class<?>[] IMPLEMENTATIONS = {
        ProvisionEngineWorkflowImpl.class,
        StartEngineWorkflowImpl.class,
        WakeEngineWorkflowImpl.class,
        StopEngineWorkflowImpl.class,
        DestroyEngineWorkflowImpl.class,
        RotateEngineKeyWorkflowImpl.class,
        SettleEngineWorkflowImpl.class
    };

    /** Closes what an operator ended. */
    static final String SETTLE = "SettleEngine";

    private Workflows() {}

    /** What a worker registers. */
    public static Class<?>[] implementations() {
        return IMPLEMENTATIONS.clone();
    }

    /** The workflow type of a kind; IllegalArgumentException for kinds that nothing begins yet. */
    static String typeOf(OperationKind kind) {
        return switch (kind) {
            case PROVISION -> "ProvisionEngine";
            case START -> "StartEngine";
            case WAKE -> "WakeEngine";
            case STOP -> "StopEngine";
            case DESTROY -> "DestroyEngine";
            case ROTATE_KEY -> "RotateEngineKey";
            case SLEEP, RECOVER -> throw new IllegalArgumentException("no workflow for " + kind.wireName());
        };
    }
}
