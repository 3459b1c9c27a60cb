package ai.september.bap.api.engine;

import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Of equal admits that come at once, lets one go to the database; the others join the operation it meets there. Else a
 * thousand of them would queue for one row's lock, each with a connection in its hand, until none is left for anybody.
 *
 * <p>Only an operation is shared: it was open a moment ago, and joining one that has ended is harmless. A reason or an
 * error may be out of date for those who came later; then each asks for itself, a few at a time. Thread-safe.
 */
final class AdmitHerd {

    private final OperationRunner runner;
    private final Executor executor;
    private final AdmitMetrics metrics;
    private final Map<LifecycleRequest, CompletableFuture<Optional<Operation>>> leaders = new ConcurrentHashMap<>();

    /** Those who follow go on in {@code executor}, whose size bounds how many ask at once. */
    AdmitHerd(OperationRunner runner, Executor executor, AdmitMetrics metrics) {
        this.runner = runner;
        this.executor = executor;
        this.metrics = metrics;
    }

    /** What {@link OperationRunner#request} says; of a herd only the first asks. */
    CompletableFuture<Accepted> request(LifecycleRequest request) {
        CompletableFuture<Optional<Operation>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<Operation>> leader = leaders.putIfAbsent(request, mine);
        if (leader == null) {
            return lead(request, mine);
        }
        return leader.thenComposeAsync(met -> follow(request, met), executor);
    }

    private CompletableFuture<Accepted> lead(LifecycleRequest request, CompletableFuture<Optional<Operation>> mine) {
        return runner.request(request).whenComplete((accepted, failure) -> {
            leaders.remove(request);
            mine.complete(
                    accepted instanceof Accepted.Waiting waiting ? Optional.of(waiting.operation()) : Optional.empty());
        });
    }

    private CompletableFuture<Accepted> follow(LifecycleRequest request, Optional<Operation> met) {
        met.ifPresent(operation -> metrics.followed());
        return met.<CompletableFuture<Accepted>>map(
                        operation -> CompletableFuture.completedFuture(new Accepted.Waiting(operation, false)))
                .orElseGet(() -> runner.request(request));
    }
}
