package ai.september.bap.workflows;

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

    /** As {@link #run()}, in one step if all goes well. */
    Outcome wake() {
        return new OperationRun(operation).carryOutBegun(this::wakeOrStart, engine::fail);
    }

    private void wakeOrStart() {
        if (!engine.wake()) {
            start();
        }
    }

    private void start() {
        engine.migrateBrain();
        Boot boot = engine.boot();
        StepOptions.registry("Record: running").running(operation, boot);
    }
}
