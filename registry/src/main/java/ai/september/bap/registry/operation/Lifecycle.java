package ai.september.bap.registry.operation;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.engine.SealedKey;
import ai.september.bap.registry.erasure.Erasures;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.host.Host;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Product;
import ai.september.bap.registry.product.ProductDao;
import ai.september.bap.registry.product.Products;
import ai.september.bap.registry.product.Resources;
import ai.september.bap.registry.sleep.IdleDao;
import ai.september.bap.registry.sleep.Sleepers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests for engines: decides what a verb comes to and, where something is to be done, writes the engine's new
 * state, its fence and the operation in one transaction. Starting the workflow comes after the commit and is somebody
 * else's job; an operation that is committed will be carried out.
 *
 * <p>Lock order: engine row; for a new engine product row, then the host's ports and memory. Thread-safe.
 */
public final class Lifecycle {

    /** A host that has been silent for longer gets new engines only when no other is there. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final Jdbi jdbi;
    private final Supplier<SealedKey> keys;
    private final Consumer<Operation> onEnd;

    /**
     * A lifecycle whose new engine keys, one per new engine or rotation, come sealed from {@code keys}, and that tells
     * {@code onEnd} of each operation that another one took precedence over, after the commit.
     */
    public Lifecycle(Jdbi jdbi, Supplier<SealedKey> keys, Consumer<Operation> onEnd) {
        this.jdbi = jdbi;
        this.keys = keys;
        this.onEnd = onEnd;
    }

    /**
     * Carries a request as far as its commit.
     *
     * @throws BapException if the verb is refused in the engine's present state, or by quota, ports or memory
     */
    public Accepted request(LifecycleRequest request) {
        return inTransaction((handle, requests) -> requests.request(request));
    }

    /** Carries requests as far as their commit, which is another one's. */
    public interface Requests {

        /** As {@link Lifecycle#request}. What the request has changed before it was refused is the caller's to roll back. */
        Accepted request(LifecycleRequest request);
    }

    /** Something that commits together with requests. */
    public interface Work<T> {
        T run(Handle handle, Requests requests);
    }

    /** Does something in one transaction with requests. */
    public <T> T inTransaction(Work<T> work) {
        List<Operation> preempted = new ArrayList<>();
        T result = jdbi.inTransaction(handle -> {
            preempted.clear();
            return work.run(handle, request -> {
                Transaction transaction = new Transaction(handle, request);
                Accepted accepted = transaction.run();
                Optional.ofNullable(transaction.preempted).ifPresent(preempted::add);
                return accepted;
            });
        });
        preempted.forEach(onEnd);
        return result;
    }

    /**
     * Begins a start of an engine that should be up and is not, in the name of the system. It is not refused where memory
     * has become short since it ran, but counts, so that new engines are.
     *
     * @return the operation; empty if by now the engine is not settled in {@code running}
     */
    public Optional<Operation> restore(EngineId engineId) {
        return jdbi.inTransaction(handle -> handle.attach(EngineDao.class)
                .lock(engineId)
                .filter(engine -> engine.status() == EngineStatus.RUNNING)
                .filter(engine ->
                        handle.attach(OperationDao.class).findOpen(engineId).isEmpty())
                .map(engine -> bringBack(handle, engine)));
    }

    /**
     * Begins to put an engine to sleep, in the name of the system. From the commit on admits leave the hot path; until
     * something is touched, any of them calls it off.
     *
     * @param fence the engine's when it was found idle: whatever was begun since has been asked for by somebody
     * @return the operation; empty if by now the engine is not settled in {@code running}, or not idle by its product's policy
     */
    public Optional<Operation> sleep(EngineId engineId, long fence) {
        return jdbi.inTransaction(handle -> handle.attach(EngineDao.class)
                .lock(engineId)
                .filter(engine -> engine.status() == EngineStatus.RUNNING && engine.fence() == fence)
                .filter(engine ->
                        handle.attach(OperationDao.class).findOpen(engineId).isEmpty())
                .filter(engine -> handle.attach(IdleDao.class).isIdle(engineId))
                .map(engine -> begin(
                        handle,
                        OperationId.random(),
                        engine,
                        OperationKind.SLEEP,
                        Actor.SYSTEM,
                        EngineStatus.RUNNING,
                        false)));
    }

    /**
     * Begins to destroy a sleeper whose end was announced and has come, in the name of the system.
     *
     * @return the operation; empty if by now it does not sleep any more, or is to live on
     */
    public Optional<Operation> destroyIdle(EngineId engineId) {
        return jdbi.inTransaction(handle -> handle.attach(EngineDao.class)
                .lock(engineId)
                .filter(engine -> Sleepers.isDoomed(handle, engineId))
                .map(engine -> begin(
                        handle,
                        OperationId.random(),
                        engine,
                        OperationKind.DESTROY,
                        Actor.SYSTEM,
                        EngineStatus.DESTROYING,
                        false)));
    }

    static Operation bringBack(Handle handle, EngineRow engine) {
        claim(handle, engine);
        // Touched from the beginning: the engine is not what its row says, and there is no way back to that.
        return begin(
                handle, OperationId.random(), engine, OperationKind.START, Actor.SYSTEM, EngineStatus.RUNNING, true);
    }

    /** Sets aside what an engine may have that had it before, whether or not that has become short. */
    static void claim(Handle handle, EngineRow engine) {
        EngineDao engines = handle.attach(EngineDao.class);
        engines.lockResources(engine.hostId());
        @Nullable Resources resources = policy(handle, engine.productId()).resources();
        engines.assignResources(engine.engineId(), resources);
        engines.claimMemory(engine.engineId(), memory(resources));
    }

    /** The port that the engine's next container is to have; locks the host's resources. */
    static void assignPort(Handle handle, EngineRow engine) {
        EngineDao engines = handle.attach(EngineDao.class);
        engines.lockResources(engine.hostId());
        if (!publishesPorts(handle, engine.hostId())) {
            engines.dropPort(engine.engineId());
        } else if (engine.port() == null) {
            engines.replacePort(engine.engineId(), takePort(handle, engine.hostId()));
        }
    }

    private static boolean publishesPorts(Handle handle, HostId host) {
        return handle.attach(HostDao.class).publishesPorts(host);
    }

    private static int takePort(Handle handle, HostId host) {
        return handle.attach(EngineDao.class)
                .lowestFreePort(host, 0)
                .orElseThrow(() -> new BapException(
                        ErrorCode.PORT_EXHAUSTION,
                        "No free engine port is left on the host. Destroy engines or widen ORCH_PORT_MIN to"
                                + " ORCH_PORT_MAX."));
    }

    private static Policy policy(Handle handle, ProductId productId) {
        return handle.attach(ProductDao.class)
                .find(productId)
                .map(Product::policy)
                .orElse(Policy.UNLIMITED);
    }

    private static @Nullable Long memory(@Nullable Resources resources) {
        return resources == null ? null : resources.memoryBytes();
    }

    static Operation begin(
            Handle handle,
            OperationId operationId,
            EngineRow engine,
            OperationKind kind,
            Actor actor,
            EngineStatus visible,
            boolean touched) {
        handle.attach(EngineDao.class).beginOperation(engine.engineId(), visible);
        OperationDao operations = handle.attach(OperationDao.class);
        Operation operation = operations.insert(operationId, engine.engineId(), kind, actor, engine.status(), touched);
        operations.insertSteps(
                operation.operationId(),
                kind.steps().stream().map(StepName::wireName).toList());
        return operation;
    }

    /** One request inside its transaction. */
    private final class Transaction {

        private final Handle handle;
        private final LifecycleRequest request;
        private final EngineDao engines;
        private final OperationDao operations;
        private @Nullable Operation preempted;

        Transaction(Handle handle, LifecycleRequest request) {
            this.handle = handle;
            this.request = request;
            this.engines = handle.attach(EngineDao.class);
            this.operations = handle.attach(OperationDao.class);
        }

        Accepted run() {
            @Nullable IdempotencyKey key = request.idempotency();
            return key == null ? runOnce() : new Repetition(handle, request, key).orElse(this::runOnce);
        }

        private Accepted runOnce() {
            if (request.condition() != null) {
                request.condition().run();
            }
            return engines.lock(request.productId(), request.userId())
                    .filter(request::means)
                    .map(this::onEngine)
                    .orElseGet(this::onNoEngine);
        }

        private Accepted onEngine(EngineRow engine) {
            @Nullable Operation open = openOperation(engine.engineId());
            Situation at = Situation.of(engine, open);
            Decision decision = request.verb() == Verb.ADMIT
                    ? VerbTable.admit(at, request.flags())
                    : VerbTable.decide(request.verb(), at);
            if (decision instanceof Decision.Begin begin) {
                return new Accepted.Waiting(begin(engine, open, begin.kind()), true);
            }
            if (decision instanceof Decision.Join && open != null) {
                erase(open.operationId());
                return new Accepted.Waiting(open, false);
            }
            if (decision instanceof Decision.Denied denied) {
                return denied(engine, denied.reason());
            }
            if (decision instanceof Decision.Refused refused) {
                throw refused.toException();
            }
            // Here, where the engine is locked: a sleep begins after this, and sees it.
            engines.stir(engine.engineId());
            return new Accepted.Running(
                    decision instanceof Decision.CallOff && open != null ? callOff(engine, open) : engine);
        }

        /** A sleep is held fast: whether it has touched anything must not change any more. */
        private @Nullable Operation openOperation(EngineId engineId) {
            return operations
                    .findOpen(engineId)
                    .flatMap(open -> open.kind() == OperationKind.SLEEP
                            ? operations.lock(open.operationId())
                            : Optional.of(open))
                    .orElse(null);
        }

        private Accepted denied(EngineRow engine, DenialReason reason) {
            if (reason == DenialReason.ENGINE_SLEEPING) {
                engines.stirInVain(engine.engineId());
            }
            return new Accepted.Denied(reason);
        }

        /** The fence rises, so that no late step of the sleep does anything. */
        private EngineRow callOff(EngineRow engine, Operation sleep) {
            engines.beginOperation(engine.engineId(), engine.status());
            cancel(sleep, null, engine.status());
            return engines.find(engine.engineId()).orElseThrow();
        }

        private Accepted onNoEngine() {
            boolean create = request.verb() == Verb.PROVISION
                    || (request.verb() == Verb.ADMIT && request.flags().autoProvision());
            if (create) {
                return create();
            }
            if (request.verb() == Verb.ADMIT) {
                return new Accepted.Denied(DenialReason.ENGINE_NOT_FOUND);
            }
            if (request.erase() && request.engineId() == null) {
                return new Accepted.Erased(Erasures.begin(handle, request.productId(), request.userId()));
            }
            throw new BapException(
                    ErrorCode.ENGINE_NOT_FOUND,
                    "This user has no engine. Provision one, or admit with auto_provision.");
        }

        /** The product's row is the queue in which its creations stand: so the quota is exact, and one user gets one row. */
        private Accepted create() {
            Policy policy = handle.attach(ProductDao.class)
                    .lockPolicy(request.productId())
                    .orElseThrow(Products::gone);
            Optional<EngineRow> meanwhile = engines.lock(request.productId(), request.userId());
            if (meanwhile.isPresent()) {
                return onEngine(meanwhile.get());
            }
            policy.checkImage(request.image());
            policy.checkQuota(() -> engines.count(request.productId()));
            HostId host = chooseHost(policy);
            engines.lockResources(host);
            @Nullable Integer port = publishesPorts(handle, host) ? takePort(handle, host) : null;
            EngineId engineId = EngineId.random();
            engines.insert(engineId, request.productId(), request.userId(), host, port, request.image(), keys.get());
            reserve(engineId, policy);
            EngineRow engine = engines.lock(engineId).orElseThrow();
            return new Accepted.Waiting(begin(engine, null, OperationKind.PROVISION), true);
        }

        private Operation begin(EngineRow engine, @Nullable Operation open, OperationKind kind) {
            OperationId operationId = OperationId.random();
            if (open != null) {
                preempt(engine, open, operationId, visible(engine, kind));
            }
            prepare(engine, open, kind);
            // What a predecessor did, or a new engine's beginning, can not be undone by leaving things as they are.
            boolean dozed = open != null && open.kind() == OperationKind.SLEEP && !open.touched();
            boolean touched = (open != null && !dozed) || kind == OperationKind.PROVISION;
            Operation begun =
                    Lifecycle.begin(handle, operationId, engine, kind, request.actor(), visible(engine, kind), touched);
            erase(operationId);
            return kind == OperationKind.PROVISION && policy().maxConcurrentProvisions() != null
                    ? operations.makeWait(operationId)
                    : begun;
        }

        private Policy policy() {
            return Lifecycle.policy(handle, request.productId());
        }

        private void erase(OperationId operationId) {
            if (request.erase()) {
                operations.markErase(operationId);
            }
        }

        private void preempt(EngineRow engine, Operation open, OperationId successor, EngineStatus engineStatus) {
            engines.revertRotation(engine.engineId());
            cancel(open, successor, engineStatus);
        }

        private void cancel(Operation open, @Nullable OperationId successor, EngineStatus engineStatus) {
            Operation ended = operations
                    .end(open.operationId(), OperationStatus.CANCELLED, null, null, successor)
                    .orElseThrow(() -> new IllegalStateException("open, though its engine is locked: " + open));
            operations.endOpenSteps(open.operationId(), OperationStatus.CANCELLED);
            new OperationAudit(handle)
                    .with("reason", open.kind() == OperationKind.SLEEP ? Wakefulness.ASKED_FOR.wireName() : null)
                    .ended(ended, engineStatus);
            preempted = ended;
        }

        private void prepare(EngineRow engine, @Nullable Operation open, OperationKind kind) {
            if (kind == OperationKind.PROVISION && engine.fence() > 0) {
                if (request.verb() != Verb.START) {
                    policy().checkImage(request.image());
                }
                engines.reimage(engine.engineId(), request.verb() == Verb.START ? engine.image() : request.image());
            }
            if (kind == OperationKind.ROTATE_KEY) {
                engines.beginRotation(engine.engineId(), keys.get());
            }
            if (kind.steps().contains(StepName.LAUNCH_CONTAINER)) {
                if (open != null && open.kind() == OperationKind.RECOVER) {
                    // What the recovery has launched may hang from what has been mended since: it is not adopted.
                    engines.renew(engine.engineId());
                }
                assignPort(handle, engine);
                reserve(engine.engineId(), policy());
            }
        }

        private void reserve(EngineId engineId, Policy policy) {
            engines.assignResources(engineId, policy.resources());
            if (engines.reserveMemory(engineId, memory(policy.resources())) == 0) {
                throw new BapException(
                        ErrorCode.UNAVAILABLE,
                        "The memory that the host has for engines is taken. Stop or destroy engines, raise"
                                + " ORCH_HOST_MEMORY_BUDGET (or lower ORCH_HOST_MEMORY_RESERVE), or add a host.");
            }
        }

        private HostId chooseHost(Policy policy) {
            return handle.attach(HostDao.class)
                    .choose(SILENCE, memory(policy.resources()))
                    .map(Host::hostId)
                    .orElseThrow(() -> new BapException(
                            ErrorCode.UNAVAILABLE, "No worker has announced a host for engines yet. Start a worker."));
        }

        private EngineStatus visible(EngineRow engine, OperationKind kind) {
            return switch (kind) {
                case PROVISION -> EngineStatus.PROVISIONING;
                case DESTROY -> EngineStatus.DESTROYING;
                default -> engine.status();
            };
        }
    }
}
