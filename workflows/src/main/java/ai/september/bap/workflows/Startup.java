package ai.september.bap.workflows;

import org.jspecify.annotations.Nullable;

/**
 * What provision, start and wake do: the brain brought up to date if need be, the container up, the first healthy answer.
 * On failure the container is removed, the volume kept.
 */
final class Startup {

    private final OperationRef operation;
    private final EngineBoot engine;

    Startup(OperationRef operation) {
        this.operation = operation;
        this.engine = new EngineBoot(operation);
    }

    Outcome run() {
        return new OperationRun(operation).carryOut(this::start, engine::fail);
    }

    /** As {@link #run()}, with less ado where the container is only frozen. */
    Outcome thawOrRun() {
        return new OperationRun(operation).carryOut(this::thawOrStart, engine::fail);
    }

    private void thawOrStart() {
        @Nullable Boot thawed = engine.thaw();
        if (thawed == null) {
            start();
        } else {
            StepOptions.registry("Record: running").running(operation, thawed);
        }
    }

    private void start() {
        engine.migrateBrain();
        Boot boot = engine.boot();
        StepOptions.registry("Record: running").running(operation, boot);
    }
}
