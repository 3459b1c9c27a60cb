package ai.september.engine.turn;

import ai.september.engine.brain.TurnRef;
import ai.september.engine.error.EngineException;
import ai.september.engine.error.ErrorCode;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The running turns: one per task, a bounded number at once, none new once draining. Thread-safe. */
public final class Turns {

    public static final int MAX_RUNNING = 8;

    /** Of messages: four of the largest. A turn holds its message several times, so more would not fit the heap. */
    private static final int MAX_WEIGHT = 4 * 1024 * 1024;

    private final Map<String, Turn> runningByTask = new HashMap<>();
    private boolean draining;

    synchronized void admit(Turn turn) {
        if (draining) {
            throw new EngineException(
                    ErrorCode.ENGINE_DRAINING, "The engine is stopping; send the message again once it is back.");
        }
        if (runningByTask.containsKey(turn.ref().taskId())) {
            throw new EngineException(
                    ErrorCode.TASK_BUSY, "This task has a turn under way; wait for its end or follow /execute/replay.");
        }
        if (runningByTask.size() >= MAX_RUNNING) {
            throw new EngineException(
                    ErrorCode.ENGINE_BUSY, MAX_RUNNING + " turns are under way; send the message again in a moment.");
        }
        if (weight() + turn.weight() > MAX_WEIGHT) {
            throw new EngineException(
                    ErrorCode.ENGINE_BUSY, "Turns with long messages are under way; send this one again in a moment.");
        }
        runningByTask.put(turn.ref().taskId(), turn);
    }

    private int weight() {
        int weight = 0;
        for (Turn turn : runningByTask.values()) {
            weight += turn.weight();
        }
        return weight;
    }

    synchronized void release(Turn turn) {
        runningByTask.remove(turn.ref().taskId(), turn);
        notifyAll();
    }

    public synchronized int active() {
        return runningByTask.size();
    }

    public synchronized boolean isDraining() {
        return draining;
    }

    /** The turn, if it runs. */
    public synchronized Optional<Turn> running(TurnRef ref) {
        return Optional.ofNullable(runningByTask.get(ref.taskId()))
                .filter(turn -> turn.ref().equals(ref));
    }

    /** Refuses new turns from now on and waits for the running ones. */
    public synchronized void drain(Duration patience) throws InterruptedException {
        draining = true;
        long deadline = System.nanoTime() + patience.toNanos();
        while (!runningByTask.isEmpty()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    synchronized Collection<Turn> all() {
        return List.copyOf(runningByTask.values());
    }
}
