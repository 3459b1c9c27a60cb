package ai.september.bap.workflows;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/**
 * The steps that have to run beside an engine's container daemon, on that host's queue.
 *
 * <p>Every step is idempotent and fenced: it takes the engine's lock, makes sure that its operation is still the
 * engine's current one, acts, and makes sure again. A failure's type is an {@code ErrorCode}, or
 * {@link FailureTypes#SUPERSEDED}.
 */
@ActivityInterface
public interface EngineSteps {

    /** Brings the brain to the schema of the engine's image; creates volume and brain if missing. */
    @ActivityMethod(name = "MigrateBrain")
    void migrateBrain(OperationRef operation);

    /** Ends containers of other incarnations, makes or adopts the present one, and starts or thaws it. */
    @ActivityMethod(name = "LaunchContainer")
    Launch launchContainer(OperationRef operation);

    /** Waits for the first healthy answer, at most the boot timeout, counted from the container's start. */
    @ActivityMethod(name = "AwaitHealthy")
    Boot awaitHealthy(OperationRef operation, Launch launch);

    /**
     * The whole way up from sleep, from the operation's beginning to the record that the engine runs, in one step: one that
     * is only frozen answers within milliseconds, and a step of its own for each would take longer than all of that. What is
     * frozen is thawed; else the brain is brought up to date, and the container started or made. Somebody who asked for a
     * sleeper waits for it.
     */
    @ActivityMethod(name = "WakeContainer")
    void wakeContainer(OperationRef operation);

    /** Ends the engine's processes gracefully; the container and its volume stay. */
    @ActivityMethod(name = "StopContainer")
    void stopContainer(OperationRef operation);

    /**
     * Waits until every replica has written down whom it had admitted, and looks whether the engine is idle still, by the
     * rows and by its own account; only then freezes it or ends its processes, as its product's policy says.
     */
    @ActivityMethod(name = "SuspendContainer")
    Suspension suspendContainer(OperationRef operation);

    /** Removes the engine's containers, whatever they are doing; never the volume. */
    @ActivityMethod(name = "RemoveContainer")
    void removeContainer(OperationRef operation);

    /** Deletes the engine's volume, brain included. */
    @ActivityMethod(name = "RemoveVolume")
    void removeVolume(OperationRef operation);

    /**
     * For an operation that an operator ended: ends the engine's processes gracefully, removes its containers, and closes
     * the operation before anybody else gets the lock, so that a late step of the run before finds it closed.
     */
    @ActivityMethod(name = "SettleContainers")
    void settle(OperationRef operation, StepFailure reason);
}
