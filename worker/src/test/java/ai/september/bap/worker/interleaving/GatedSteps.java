package ai.september.bap.worker.interleaving;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.workflows.OperationRef;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.activity.ManualActivityCompletionClient;
import io.temporal.client.ActivityCompletionException;
import io.temporal.failure.ApplicationFailure;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts the gate before real steps. A step beside the container daemon tells Temporal by itself how it came out: so somebody
 * else can say before that its worker was lost, and the step still goes on. Thread-safe.
 */
final class GatedSteps {

    private final Function<EngineId, World> worlds;
    private final Doors doors;
    private final Map<Gate.Actor, ManualActivityCompletionClient> completions = new ConcurrentHashMap<>();

    GatedSteps(Function<EngineId, World> worlds, Doors doors) {
        this.worlds = worlds;
        this.doors = doors;
    }

    /** Steps beside the container daemon. */
    <T> T steps(Class<T> type, T real) {
        return proxy(type, (method, given) -> step(method, real, given));
    }

    /** Steps that only write to the registry. */
    <T> T records(Class<T> type, T real) {
        return proxy(type, (method, given) -> record(method, real, given));
    }

    private interface Invocation {
        @Nullable
        Object make(Method method, Object[] given) throws Exception;
    }

    private static <T> T proxy(Class<T> type, Invocation invocation) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, given) -> method.getDeclaringClass() == Object.class
                        ? method.invoke(invocation, given)
                        : invocation.make(method, given)));
    }

    private @Nullable Object step(Method method, Object real, Object[] given) throws Exception {
        ActivityExecutionContext context = Activity.getExecutionContext();
        ManualActivityCompletionClient completion = context.useLocalManualCompletion();
        Gate.Actor actor = enter(Gate.Kind.STEP, method, given, context.getInfo());
        completions.put(actor, completion);
        Runnable report = actor.act(() -> {
            try {
                actor.park("begins");
                Object result = invoke(method, real, given);
                return () -> completion.complete(result);
            } catch (Gate.Died died) {
                return () -> completion.fail(workerLost());
            } catch (RuntimeException failure) {
                return () -> completion.fail(failure);
            } finally {
                doors.leave(actor);
                completions.remove(actor);
            }
        });
        if (!actor.isZombie()) {
            tell(report);
        }
        return null;
    }

    private @Nullable Object record(Method method, Object real, Object[] given) throws Exception {
        Gate.Actor actor = enter(
                Gate.Kind.RECORD, method, given, Activity.getExecutionContext().getInfo());
        Optional<Object> answer = actor.act(() -> {
            Gate.Fate fate = actor.park("begins");
            Optional<Object> result = Optional.ofNullable(invoke(method, real, given));
            if (fate == Gate.Fate.LOSES_ITS_ANSWER) {
                throw new IllegalStateException("the answer of the database was lost");
            }
            return result;
        });
        return answer.orElse(null);
    }

    /** The step's worker is thought to be dead: its run goes on without it, and the step does, too. */
    void abandon(Gate.Actor step) {
        ManualActivityCompletionClient completion = requireNonNull(completions.get(step));
        step.becomeZombie();
        tell(() -> completion.fail(workerLost()));
    }

    private static ApplicationFailure workerLost() {
        return ApplicationFailure.newFailure("its worker was lost", ErrorCode.UNAVAILABLE.name());
    }

    /** Nobody may want to hear it any more: its run may have been ended. */
    private static void tell(Runnable report) {
        try {
            report.run();
        } catch (ActivityCompletionException unwanted) {
            // As it is for any worker.
        }
    }

    private Gate.Actor enter(Gate.Kind kind, Method method, Object[] given, ActivityInfo info) {
        OperationRef operation = (OperationRef) given[0];
        World world = worlds.apply(operation.engineId());
        return world.gate()
                .enter(
                        kind,
                        world.nameOf(operation.operationId()) + " " + method.getName() + "/" + info.getAttempt(),
                        info.getWorkflowRunId());
    }

    private static @Nullable Object invoke(Method method, Object real, Object[] given) throws Exception {
        try {
            return method.invoke(real, given);
        } catch (InvocationTargetException failed) {
            if (failed.getCause() instanceof Error error) {
                throw error;
            }
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
    }
}
