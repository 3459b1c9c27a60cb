package ai.september.bap.process.configuration;

/**
 * How much a worker does at once.
 *
 * @param steps most steps beside the container daemon at the same time
 * @param workflowTasks most workflow tasks at the same time
 * @param records most records in the registry at the same time
 * @param stepPollers calls that wait at Temporal for steps
 * @param workflowPollers calls that wait there for workflow tasks
 * @param cachedRuns open runs kept in memory between their tasks; others are replayed from their history
 */
public record WorkerSettings(
        int steps, int workflowTasks, int records, int stepPollers, int workflowPollers, int cachedRuns) {

    private static final int MOST = 10_000;
    private static final int MOST_POLLERS = 100;

    /** One call waits at the worker's own queue, for the runs that it keeps, and one at the queue of all. */
    private static final int LEAST_WORKFLOW_POLLERS = 2;

    static Draft<WorkerSettings> read(SettingsReader in) {
        Setting<Integer> steps = in.whole("worker.steps", 1, MOST);
        Setting<Integer> workflowTasks = in.whole("worker.workflowTasks", LEAST_WORKFLOW_POLLERS, MOST);
        Setting<Integer> records = in.whole("worker.records", 1, MOST);
        Setting<Integer> stepPollers = in.whole("worker.stepPollers", 1, MOST_POLLERS);
        Setting<Integer> workflowPollers = in.whole("worker.workflowPollers", LEAST_WORKFLOW_POLLERS, MOST_POLLERS);
        Setting<Integer> cachedRuns = in.whole("worker.cachedRuns", 0, MOST);
        return () -> new WorkerSettings(
                steps.value(),
                workflowTasks.value(),
                records.value(),
                stepPollers.value(),
                workflowPollers.value(),
                cachedRuns.value());
    }
}
