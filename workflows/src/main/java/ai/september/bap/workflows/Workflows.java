package ai.september.bap.workflows;

import ai.september.bap.registry.operation.OperationKind;
import java.util.List;
import java.util.stream.Stream;

/** Which workflow carries out which kind of operation. */
public final class Workflows {

    private static final List<Class<?>> OF_ENGINES = List.of(
            ProvisionEngineWorkflowImpl.class,
            StartEngineWorkflowImpl.class,
            WakeEngineWorkflowImpl.class,
            StopEngineWorkflowImpl.class,
            SleepEngineWorkflowImpl.class,
            DestroyEngineWorkflowImpl.class,
            RotateEngineKeyWorkflowImpl.class,
            RecoverEngineWorkflowImpl.class,
            SettleEngineWorkflowImpl.class);

    private static final List<Class<?>> OF_THE_INSTALLATION =
            List.of(DeleteProductWorkflowImpl.class, RetentionWorkflowImpl.class, MonitorHostWorkflowImpl.class);

    /** Closes what an operator ended. */
    static final String SETTLE = "SettleEngine";

    private Workflows() {}

    /** What a worker registers. */
    public static Class<?>[] implementations() {
        return Stream.concat(OF_ENGINES.stream(), OF_THE_INSTALLATION.stream()).toArray(Class<?>[]::new);
    }

    /** Those that carry operations on engines out. */
    static List<Class<?>> ofEngines() {
        return OF_ENGINES;
    }

    /** The workflow type of a kind. */
    static String typeOf(OperationKind kind) {
        return switch (kind) {
            case PROVISION -> "ProvisionEngine";
            case START -> "StartEngine";
            case WAKE -> "WakeEngine";
            case STOP -> "StopEngine";
            case SLEEP -> "SleepEngine";
            case DESTROY -> "DestroyEngine";
            case ROTATE_KEY -> "RotateEngineKey";
            case RECOVER -> "RecoverEngine";
        };
    }
}
