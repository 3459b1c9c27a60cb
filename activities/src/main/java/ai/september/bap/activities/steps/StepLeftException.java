package ai.september.bap.activities.steps;

/** A step that only waits for an engine stops waiting: the next attempt goes on with it. */
final class StepLeftException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private StepLeftException(String message) {
        super(message);
    }

    static StepLeftException workerEnds() {
        return new StepLeftException("the worker ends; the next one goes on waiting for the engine");
    }

    static StepLeftException patienceIsOver() {
        return new StepLeftException("the engine takes its time; its run in Temporal goes on waiting for it");
    }
}
