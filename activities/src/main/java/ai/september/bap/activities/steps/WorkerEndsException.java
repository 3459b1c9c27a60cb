package ai.september.bap.activities.steps;

/** The worker ends while a step only waits: the next worker goes on waiting. */
final class WorkerEndsException extends RuntimeException {

    WorkerEndsException() {
        super("the worker ends; the next one goes on waiting for the engine");
    }
}
