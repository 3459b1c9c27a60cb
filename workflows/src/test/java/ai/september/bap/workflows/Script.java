package ai.september.bap.workflows;

import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.RecoveryTurn;
import ai.september.bap.registry.product.SleepMode;
import io.temporal.activity.Activity;
import io.temporal.client.ActivityCanceledException;
import io.temporal.client.WorkflowClient;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How the steps of one operation go: well, unless a fault was written for them. Keeps what happened, in order. As with the
 * real steps, nothing happens any more once the operation has ended or was superseded. Thread-safe.
 */
final class Script {

    private static final String FOR_EVER = "for ever";
    private static final long CANCELLATION_PATIENCE_S = 30;

    private final Map<String, Deque<Fault>> faults = new HashMap<>();
    private final Map<String, Fault> lasting = new HashMap<>();
    private boolean untouched;
    private int waits;
    private int restarts;
    private Suspension suspension = Suspension.in(SleepMode.PAUSE);
    private final List<String> happened = Collections.synchronizedList(new ArrayList<>());
    private boolean ended;

    /** What becomes of one attempt of a step instead of success. */
    interface Fault {
        void strike(Script script, WorkflowClient client);
    }

    /** The next attempts of the step meet these faults, one each; those after them go well. */
    Script at(String step, Fault... inTurn) {
        faults.computeIfAbsent(step, any -> new ArrayDeque<>()).addAll(List.of(inTurn));
        return this;
    }

    /** Every attempt of the step meets this fault. */
    Script always(String step, Fault fault) {
        lasting.put(step, fault);
        return this;
    }

    /** Nothing has been touched when the operation comes to its end. */
    Script untouched() {
        untouched = true;
        return this;
    }

    /** The next attempts at a restart have to be waited for, so many times. */
    Script waits(int times) {
        waits = times;
        return this;
    }

    /** What a recovery has to do next. */
    synchronized RecoveryTurn turn() {
        if (waits > 0) {
            waits--;
            return new RecoveryTurn(restarts + 1, 8, Duration.ofSeconds(5), "the pause after a failure");
        }
        restarts++;
        return new RecoveryTurn(restarts, 8, Duration.ZERO, "its turn");
    }

    /** What the engine that is to be suspended comes to. */
    Script suspending(Suspension came) {
        suspension = came;
        return this;
    }

    Suspension suspension() {
        return suspension;
    }

    boolean isUntouched() {
        return untouched;
    }

    /** The attempt goes well. */
    static Fault well() {
        return (script, client) -> {};
    }

    /** The step's work can not be done, however often it is tried. */
    static Fault forGood(ErrorCode code) {
        return (script, client) -> {
            throw ApplicationFailure.newNonRetryableFailure("It can not be done.", code.name());
        };
    }

    /** The attempt fails; another one may not. */
    static Fault passing(ErrorCode code) {
        return (script, client) -> {
            throw ApplicationFailure.newFailure("Not now.", code.name());
        };
    }

    /** What was launched has ended together with the worker that launched it. */
    static Fault launchLost() {
        return (script, client) -> {
            throw ApplicationFailure.newNonRetryableFailure("lost", FailureTypes.LAUNCH_LOST);
        };
    }

    /**
     * An operator cancels while the step is at work, which fails all the same. For good, because of a step that has been
     * asked to let go a server makes no further attempt; the test server would wait for ever.
     */
    static Fault cancelledAndFails(ErrorCode code) {
        return (script, client) -> {
            ActivityCanceledException unheeded = awaitCancellation(client);
            throw ApplicationFailure.newNonRetryableFailure("It can not be done.", code.name(), unheeded.getMessage());
        };
    }

    /** The operation is superseded in this moment. */
    static Fault superseded() {
        return (script, client) -> {
            script.end();
            throw ApplicationFailure.newNonRetryableFailure("superseded", FailureTypes.SUPERSEDED);
        };
    }

    /** An operator cancels while the step is at work; it lets go as soon as it hears of it. */
    static Fault cancelled() {
        return (script, client) -> {
            throw awaitCancellation(client);
        };
    }

    private static ActivityCanceledException awaitCancellation(WorkflowClient client) {
        cancelWorkflow(client);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CANCELLATION_PATIENCE_S);
        while (System.nanoTime() < deadline) {
            try {
                Activity.getExecutionContext().heartbeat(null);
            } catch (ActivityCanceledException letGo) {
                return letGo;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        throw new AssertionError("the cancellation did not arrive");
    }

    /** An operator cancels while the step is at work; it does not hear of it and goes well. */
    static Fault cancelledUnheard() {
        return (script, client) -> cancelWorkflow(client);
    }

    private static void cancelWorkflow(WorkflowClient client) {
        client.newUntypedWorkflowStub(Activity.getExecutionContext().getInfo().getWorkflowId())
                .cancel();
    }

    /** One attempt of a step. */
    void attempt(String step, WorkflowClient client) {
        Fault fault = begin(step);
        if (fault != null) {
            fault.strike(this, client);
        }
    }

    /** A step that ends the operation. */
    void last(String step, WorkflowClient client) {
        attempt(step, client);
        end();
    }

    List<String> happened() {
        synchronized (happened) {
            return List.copyOf(happened);
        }
    }

    private synchronized @org.jspecify.annotations.Nullable Fault begin(String step) {
        if (ended) {
            throw ApplicationFailure.newNonRetryableFailure("superseded", FailureTypes.SUPERSEDED);
        }
        boolean again = !happened.isEmpty()
                && happened.get(happened.size() - 1).replace(" " + FOR_EVER, "").equals(step)
                && lasting.containsKey(step);
        if (again) {
            happened.set(happened.size() - 1, step + " " + FOR_EVER);
        } else {
            happened.add(step);
        }
        Fault always = lasting.get(step);
        if (always != null) {
            return always;
        }
        Deque<Fault> inTurn = faults.get(step);
        return inTurn == null ? null : inTurn.poll();
    }

    private synchronized void end() {
        ended = true;
    }
}
