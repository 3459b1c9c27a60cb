package ai.september.bap.api.engine;

import ai.september.bap.api.activity.Activity;
import ai.september.bap.api.activity.Reading;
import ai.september.bap.api.operation.Answer;
import ai.september.bap.api.operation.OperationWaiters;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.engine.AdmitDao;
import ai.september.bap.registry.engine.AdmitView;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.engine.ReachableEngine;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.AdmitFlags;
import ai.september.bap.registry.operation.DenialReason;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationDao;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.ratelimit.RateLimiter;
import ai.september.bap.registry.vault.KeyHash;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Admits users. For a running engine that is one indexed read, already made when the key was checked; everything else
 * takes the slow path through the lifecycle. Whoever is admitted counts as active. Thread-safe.
 */
public final class AdmitService {

    private final Jdbi jdbi;
    private final RateLimiter limits;
    private final OperationRunner runner;
    private final AdmitHerd herd;
    private final EngineViews views;
    private final Images images;
    private final DeniedAdmits deniedAdmits;
    private final Activity activity;
    private final Executor executor;
    private final AdmitMetrics metrics;

    public AdmitService(
            Jdbi jdbi,
            RateLimiter limits,
            OperationRunner runner,
            EngineViews views,
            Images images,
            DeniedAdmits deniedAdmits,
            Activity activity,
            Executor executor,
            AdmitMetrics metrics) {
        this.jdbi = jdbi;
        this.limits = limits;
        this.runner = runner;
        this.herd = new AdmitHerd(runner, executor, metrics);
        this.executor = executor;
        this.metrics = metrics;
        this.views = views;
        this.images = images;
        this.deniedAdmits = deniedAdmits;
        this.activity = activity;
    }

    /** One admit on its way. */
    private record Attempt(Caller caller, KeyHash key, UserId user, AdmitFlags flags, long deadline) {

        /** Once it has waited for anything but a destroy, an admit only looks: it must not undo what came after it. */
        Attempt lookingOnly() {
            return new Attempt(caller, key, user, AdmitFlags.NONE, deadline);
        }
    }

    /** To be begun before {@link #read}, and ended when the user is admitted or goes another way. */
    public Reading beginReading() {
        return activity.beginReading();
    }

    /** The hot path's one read: whose key it is, and the user's engine. Empty if the key is not valid. */
    public Optional<AdmitView> read(KeyHash key, UserId user) {
        return jdbi.withHandle(handle -> AdmitDao.read(handle, key, user));
    }

    /**
     * Admits a user.
     *
     * @param seen what {@link #read} found, in this very request
     * @param reading what was begun before that; it is over when this returns
     * @throws BapException {@code RATE_LIMITED} and what provisioning or waking may be refused with
     */
    public CompletableFuture<Answer<Admission>> admit(
            Caller caller, KeyHash key, UserId user, AdmitFlags flags, AdmitView seen, Reading reading) {
        activity.used(seen.keyId());
        return metrics.counted(() -> limited(caller, key, user, flags, seen, reading));
    }

    private CompletableFuture<Answer<Admission>> limited(
            Caller caller, KeyHash key, UserId user, AdmitFlags flags, AdmitView seen, Reading reading) {
        Attempt attempt = new Attempt(caller, key, user, flags, OperationRunner.deadline(caller.patience()));
        Integer limit = seen.product().policy().rateLimitRpm();
        if (limit == null) {
            return admit(attempt, seen, reading);
        }
        CompletableFuture<Boolean> taken = limits.take(caller.product().productId(), limit)
                .whenComplete((always, refusal) -> recordRefusal(attempt, refusal));
        if (taken.isDone()) {
            return taken.thenCompose(always -> admit(attempt, seen, reading));
        }
        // It stood in line, and what was seen before may be of the past.
        reading.close();
        return taken.thenComposeAsync(always -> look(attempt), executor);
    }

    private CompletableFuture<Answer<Admission>> admit(Attempt attempt, AdmitView seen, Reading reading) {
        Optional<ReachableEngine> engine = admitted(seen);
        reading.close();
        if (engine.isEmpty()) {
            return slowPath(attempt);
        }
        attempt.caller().notes().hotPath();
        return answer(engine.get());
    }

    private void recordRefusal(Attempt attempt, @Nullable Throwable refusal) {
        if (refusal instanceof BapException refused && refused.code() == ErrorCode.RATE_LIMITED) {
            deniedAdmits.record(
                    attempt.caller().product(), attempt.user(), refused.code().name());
        }
    }

    private CompletableFuture<Answer<Admission>> slowPath(Attempt attempt) {
        LifecycleRequest request = LifecycleRequest.of(
                Verb.ADMIT,
                attempt.caller().product().productId(),
                attempt.user(),
                Actor.product(attempt.caller().product().slug()),
                images.standard(),
                attempt.flags());
        return herd.request(request).thenCompose(accepted -> goOn(attempt, accepted));
    }

    private CompletableFuture<Answer<Admission>> goOn(Attempt attempt, Accepted accepted) {
        if (accepted instanceof Accepted.Running running) {
            return answer(running.engine().reachable());
        }
        if (accepted instanceof Accepted.Denied denied) {
            return denied(attempt, denied.reason());
        }
        Operation operation = ((Accepted.Waiting) accepted).operation();
        attempt.caller().notes().operation(operation);
        return runner.whenEnded(operation, attempt.deadline(), ended -> after(attempt, ended));
    }

    /** What an admit that waited for an operation comes to. */
    private CompletableFuture<Answer<Admission>> after(Attempt attempt, Operation ended) {
        if (ended.supersededBy() != null) {
            return afterSuccessor(attempt, ended);
        }
        if (ended.kind() == OperationKind.DESTROY) {
            return slowPath(attempt);
        }
        if (ended.status() == OperationStatus.SUCCEEDED && ended.kind() == OperationKind.STOP) {
            return denied(attempt, DenialReason.ENGINE_STOPPED);
        }
        // A stop or a rotation that came to nothing may have left the engine running.
        boolean mayRun = ended.kind() == OperationKind.ROTATE_KEY || ended.kind() == OperationKind.STOP;
        if (ended.status() != OperationStatus.SUCCEEDED && !mayRun) {
            throw OperationWaiters.error(ended);
        }
        return look(attempt.lookingOnly());
    }

    private CompletableFuture<Answer<Admission>> afterSuccessor(Attempt attempt, Operation ended) {
        Optional<Operation> successor = Optional.ofNullable(ended.supersededBy())
                .flatMap(id -> jdbi.withExtension(OperationDao.class, operations -> operations.find(id)));
        OperationKind kind = successor.map(Operation::kind).orElse(OperationKind.DESTROY);
        return switch (kind) {
            case STOP -> denied(attempt, DenialReason.ENGINE_STOPPED);
            case DESTROY -> denied(attempt, DenialReason.ENGINE_NOT_FOUND);
            default -> look(attempt.lookingOnly());
        };
    }

    /** Reads again, without a lock, because a thousand joiners may do so at once. */
    private CompletableFuture<Answer<Admission>> look(Attempt attempt) {
        Optional<ReachableEngine> engine;
        try (Reading reading = activity.beginReading()) {
            engine = read(attempt.key(), attempt.user()).flatMap(this::admitted);
        }
        return engine.map(this::answer).orElseGet(() -> slowPath(attempt));
    }

    /** An engine that is up, and whose admit is on its way to the rows. One whose admit is not is asked for where it is locked. */
    private Optional<ReachableEngine> admitted(AdmitView seen) {
        return Optional.ofNullable(seen.engine())
                .filter(engine -> engine.status() == EngineStatus.RUNNING && !seen.busy())
                .filter(engine -> activity.admitted(engine.engineId()));
    }

    private CompletableFuture<Answer<Admission>> answer(ReachableEngine engine) {
        return CompletableFuture.completedFuture(new Answer.Done<>(Admission.of(views.full(engine))));
    }

    private CompletableFuture<Answer<Admission>> denied(Attempt attempt, DenialReason reason) {
        deniedAdmits.record(attempt.caller().product(), attempt.user(), reason.wireName());
        return CompletableFuture.completedFuture(new Answer.Done<>(Admission.denied(reason)));
    }
}
