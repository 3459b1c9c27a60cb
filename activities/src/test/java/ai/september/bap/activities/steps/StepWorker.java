package ai.september.bap.activities.steps;

import ai.september.bap.workflows.EngineSteps;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestActivityEnvironment;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** A worker that carries out one step at a time, once: there are no retries. */
public final class StepWorker implements AutoCloseable {

    private final TestActivityEnvironment temporal = TestActivityEnvironment.newInstance();
    private final ExecutorService caller = Executors.newSingleThreadExecutor();
    private final List<String> heartbeats = new CopyOnWriteArrayList<>();

    /** The steps, as a workflow has them. */
    public final EngineSteps steps;

    /** A worker that does these. */
    public StepWorker(EngineSteps implementation) {
        temporal.registerActivitiesImplementations(implementation);
        temporal.setActivityHeartbeatListener(String.class, heartbeats::add);
        this.steps = temporal.newActivityStub(
                EngineSteps.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofHours(1))
                        .setHeartbeatTimeout(Duration.ofSeconds(10))
                        .setRetryOptions(
                                RetryOptions.newBuilder().setMaximumAttempts(1).build())
                        .build());
    }

    /** A call of {@link #steps}. */
    public interface Call<T> {
        T make(EngineSteps steps);
    }

    /** Begins a call, and goes on. */
    public <T> Future<T> begin(Call<T> call) {
        return caller.submit(() -> call.make(steps));
    }

    /**
     * What deliveries of one attempted step come to, each result once. One that was asked for before another, and comes to its
     * turn after it, has none: Temporal has given it up by then.
     */
    public static <T> Set<T> results(List<Future<T>> deliveries) throws Exception {
        Set<T> results = new HashSet<>();
        for (Future<T> delivery : deliveries) {
            try {
                results.add(delivery.get());
            } catch (ExecutionException failed) {
                if (!isLate(failed)) {
                    throw failed;
                }
            }
        }
        return results;
    }

    private static boolean isLate(ExecutionException failed) {
        return failed.getCause() instanceof ActivityFailure activity
                && activity.getCause() instanceof ApplicationFailure told
                && told.getOriginalMessage().startsWith("A later attempt or step of operation");
    }

    /** The failure with which a call ends, as its workflow is told. */
    public Future<ApplicationFailure> beginToFail(Consumer<EngineSteps> call) {
        return caller.submit(() -> failure(call));
    }

    /** The failure with which a call ends. */
    public ApplicationFailure failure(Consumer<EngineSteps> call) {
        try {
            call.accept(steps);
        } catch (ActivityFailure failure) {
            if (failure.getCause() instanceof ApplicationFailure told) {
                return told;
            }
            throw failure;
        }
        throw new AssertionError("it did not fail");
    }

    void cancel() {
        temporal.requestCancelActivity();
    }

    /** What the step under way has said with its heartbeats. */
    List<String> heartbeats() {
        return heartbeats;
    }

    @Override
    public void close() {
        caller.shutdownNow();
        temporal.close();
    }
}
