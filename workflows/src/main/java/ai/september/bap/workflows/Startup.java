package ai.september.bap.workflows;

/** What start and wake do: the brain brought up to date if need be, the container up, the first healthy answer. */
final class Startup {

    private final OperationRef operation;
    private final EngineBoot engine;
    private boolean touched;

    Startup(OperationRef operation) {
        this.operation = operation;
        this.engine = new EngineBoot(operation);
    }

    Outcome run() {
        return new OperationRun(operation).carryOut(this::start, this::fail, this::cancel);
    }

    private void start() {
        engine.migrateBrain();
        touched = true;
        Boot boot = engine.boot();
        StepOptions.registry("Record: running").running(operation, boot);
    }

    private void fail(StepFailure failure) {
        if (!touched) {
            StepOptions.registry("Record: failed, nothing touched").failedUntouched(operation, failure);
            return;
        }
        engine.remove();
        StepOptions.registry("Record: failed").failed(operation, failure);
    }

    private void cancel() {
        engine.remove();
        StepOptions.registry("Record: cancelled").cancelled(operation);
    }
}
