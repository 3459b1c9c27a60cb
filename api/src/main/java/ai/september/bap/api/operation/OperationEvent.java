package ai.september.bap.api.operation;

import java.util.ArrayList;
import java.util.List;

/**
 * Something that happened to an operation. Events are made of what its row and steps say, so that each replica tells the
 * same ones under the same ids, and one that came between two looks is not lost.
 *
 * @param id rises from event to event of one operation
 * @param name {@code operation} for the first and the last, {@code step} for those between
 * @param data the operation, or the step, as GET shows it
 */
record OperationEvent(long id, String name, Object data) {

    private static final String OPERATION = "operation";
    private static final String STEP = "step";

    /** All that has happened so far; ends with the second {@code operation} once the operation has ended. */
    static List<OperationEvent> of(OperationView operation) {
        List<OperationEvent> events = new ArrayList<>();
        events.add(new OperationEvent(1, OPERATION, operation));
        long id = 1;
        for (OperationView.StepView step : operation.steps()) {
            id++;
            if (step.startedAt() != null) {
                events.add(new OperationEvent(id, STEP, step.asBegun()));
            }
            id++;
            if (step.finishedAt() != null) {
                events.add(new OperationEvent(id, STEP, step));
            }
        }
        if (operation.finishedAt() != null) {
            events.add(new OperationEvent(id + 1, OPERATION, operation));
        }
        return events;
    }

    /** Whether nothing comes after event {@code last}, ever. */
    static boolean isAllTold(OperationView operation, long last) {
        return operation.finishedAt() != null && of(operation).stream().allMatch(event -> event.id() <= last);
    }
}
