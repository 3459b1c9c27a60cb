package ai.september.bap.worker.interleaving;

import static java.util.Objects.requireNonNull;

import ai.september.bap.activities.probe.HealthProbe;
import ai.september.bap.activities.steps.BootWatch;
import ai.september.bap.activities.steps.EngineStepsImpl;
import ai.september.bap.activities.steps.FencedStep;
import ai.september.bap.activities.steps.IdleWatch;
import ai.september.bap.activities.steps.Launcher;
import ai.september.bap.activities.steps.OutputMask;
import ai.september.bap.activities.steps.RecoveryStepsImpl;
import ai.september.bap.activities.steps.RegistryStepsImpl;
import ai.september.bap.activities.steps.StepObserver;
import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.DatabaseSettings;
import ai.september.bap.process.database.DatabasePool;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.audit.AuditEntry;
import ai.september.bap.registry.audit.AuditQuery;
import ai.september.bap.registry.audit.AuditRecord;
import ai.september.bap.registry.database.DatabaseUrl;
import ai.september.bap.registry.database.RegistryJdbi;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.SealedKey;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.host.HostOffer;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.AdmitFlags;
import ai.september.bap.registry.operation.EngineLock;
import ai.september.bap.registry.operation.Lifecycle;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationDao;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.OperationQuery;
import ai.september.bap.registry.operation.RecoveryLedger;
import ai.september.bap.registry.operation.RecoveryRules;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Products;
import ai.september.bap.registry.product.SleepMode;
import ai.september.bap.registry.vault.KeyHash;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.workflows.EngineSteps;
import ai.september.bap.workflows.FailureTypes;
import ai.september.bap.workflows.OperationRef;
import ai.september.bap.workflows.OperationStarter;
import ai.september.bap.workflows.RecoverySteps;
import ai.september.bap.workflows.RegistrySteps;
import ai.september.bap.workflows.RunAttributes;
import ai.september.bap.workflows.TaskQueues;
import ai.september.bap.workflows.Workflows;
import io.dropwizard.db.ManagedDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * A whole installation in which everything is real but the container daemon: registry, Temporal (its test server, in real
 * time), workflows and steps; with gates before the steps. Thread-safe.
 */
final class Installation implements AutoCloseable {

    private static final ImageRef IMAGE = new ImageRef("september-engine:2.3.0");
    private static final Actor CLIENT = new Actor("acme", null);
    private static final int MOST_ROWS = 1_000;

    private static final HostId HOST = new HostId("simulated");
    private static final int FIRST_PORT = 10_001;
    private static final int LAST_PORT = 19_999;

    /** A step has one for the engine's lock and needs another one; and there are zombies. */
    private static final int CONNECTIONS = 200;

    private static final int AT_ONCE = 300;

    /** Whoever waits at a gate may wait long. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration GRACE = Duration.ofSeconds(1);

    /** Pauses as short as they can be, and no engine behind another one. */
    private static final RecoveryRules RULES =
            new RecoveryRules(Duration.ofMillis(1), Duration.ofMillis(4), 8, Duration.ofHours(1), 10_000);

    final ManagedDataSource pool;
    final Jdbi jdbi;
    final Lifecycle lifecycle;
    final OperationLedger ledger;
    final OperationStarter starter;
    final SimulatedHost host;
    final GatedSteps steps;
    final ExecutorService starters = Executors.newCachedThreadPool();

    private final Map<EngineId, World> worlds = new ConcurrentHashMap<>();

    private final Doors doors = new Doors();
    private final FencedStep fenced;
    private final EngineStepsImpl eagerSteps;
    private final TestWorkflowEnvironment temporal;

    Installation(TestDatabase database) throws Exception {
        pool = DatabasePool.open(
                new DatabaseSettings(DatabaseUrl.parse(database.url()), CONNECTIONS),
                Role.WORKER,
                new SimpleMeterRegistry());
        pool.start();
        jdbi = RegistryJdbi.create(pool);
        host = new SimulatedHost(doors);
        steps = new GatedSteps(this::world, doors);
        lifecycle = new Lifecycle(jdbi, Installation::newKey, this::ended);
        ledger = new OperationLedger(jdbi, this::ended);
        fenced = new FencedStep(ledger, new EngineLock(locks()), AT_ONCE, StepObserver.NOBODY);
        eagerSteps = engineSteps();
        GatedRuns runs = new GatedRuns(this::world);
        temporal = temporal(runs);
        starter = new OperationStarter(temporal.getWorkflowClient(), ledger);
        keepAlive();
        startWorkers();
    }

    private static TestWorkflowEnvironment temporal(GatedRuns runs) {
        TestEnvironmentOptions.Builder options = TestEnvironmentOptions.newBuilder()
                .setUseTimeskipping(false)
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setInterceptors(runs.starters())
                        .build())
                .setWorkerFactoryOptions(WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(runs.workers())
                        .setWorkflowCacheSize(AT_ONCE)
                        .build());
        RunAttributes.names()
                .forEach(name -> options.registerSearchAttribute(name, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD));
        return TestWorkflowEnvironment.newInstance(options.build());
    }

    private void startWorkers() {
        Worker control = temporal.newWorker(
                TaskQueues.CONTROL,
                WorkerOptions.newBuilder()
                        .setMaxConcurrentLocalActivityExecutionSize(AT_ONCE)
                        .setLocalActivityWorkerOnly(true)
                        .build());
        control.registerWorkflowImplementationTypes(Workflows.implementations());
        control.registerActivitiesImplementations(
                steps.records(RegistrySteps.class, new RegistryStepsImpl(ledger)),
                steps.records(RecoverySteps.class, new RecoveryStepsImpl(new RecoveryLedger(jdbi, RULES))));
        temporal.newWorker(
                        TaskQueues.host(HOST),
                        WorkerOptions.newBuilder()
                                .setMaxConcurrentActivityExecutionSize(AT_ONCE)
                                .build())
                .registerActivitiesImplementations(steps.steps(EngineSteps.class, engineSteps()));
        temporal.start();
    }

    private EngineStepsImpl engineSteps() {
        Clock clock = Clock.systemUTC();
        HealthProbe probe = new HealthProbe(PATIENCE);
        return new EngineStepsImpl(
                host,
                ledger,
                fenced,
                new Launcher(host, ledger, GRACE, clock),
                new BootWatch(host, probe, ledger, new OutputMask(Map.of()), PATIENCE, clock),
                new IdleWatch(jdbi, probe, clock),
                GRACE);
    }

    /** A worker of the host has heard of a wake; another one than that which has Temporal's steps, so they do not wait for it. */
    void wakeEagerly(Operation operation) {
        try {
            eagerSteps.wakeEagerly(OperationRef.to(operation));
        } catch (ApplicationFailure failed) {
            if (!failed.getType().equals(FailureTypes.SUPERSEDED)) {
                starter.start(operation);
            }
        } finally {
            doors.leave(requireNonNull(Gate.current()));
        }
    }

    /** For engines' locks: tells the gate of those who wait for one, and when one is free. */
    private Jdbi locks() {
        Jdbi locks = RegistryJdbi.configure(Jdbi.create(new ConnectionFactory() {
            @Override
            public Connection openConnection() throws SQLException {
                return pool.getConnection();
            }

            @Override
            public void closeConnection(Connection connection) throws SQLException {
                connection.close();
                Gate.Actor actor = Gate.current();
                if (actor != null) {
                    actor.gate().lockReleased();
                }
            }
        }));
        locks.setSqlLogger(new SqlLogger() {
            @Override
            public void logBeforeExecution(StatementContext context) {
                Gate.Actor actor = Gate.current();
                if (actor != null && context.getRawSql().contains("pg_try_advisory")) {
                    actor.triesLock();
                }
            }
        });
        return locks;
    }

    private static SealedKey newKey() {
        return new SealedKey(KeyHash.of("sk-sept-" + UUID.randomUUID()), "sealed");
    }

    /** A product whose idle engines are put to sleep. */
    ProductId product(SleepMode mode) {
        return new Products(jdbi)
                .register(
                        new Slug("acme-" + UUID.randomUUID()),
                        "Acme",
                        Policy.UNLIMITED.sleeping(3_600, mode, null, false),
                        KeyHash.of("pk-sept-" + UUID.randomUUID()),
                        Actor.admin("tests"));
    }

    /** The host's worker says that it lives. */
    void keepAlive() {
        jdbi.useExtension(
                HostDao.class, hosts -> hosts.announce(HostOffer.of(HOST, "subprocess", FIRST_PORT, LAST_PORT)));
    }

    /** That engine is of that world. */
    void house(EngineId engine, World world, Daemon daemon) {
        host.house(engine, daemon);
        worlds.put(engine, world);
    }

    /** What a client asks for. */
    Accepted request(Verb verb, ProductId product, UserId user) {
        return request(verb, product, user, AdmitFlags.NONE);
    }

    Accepted request(Verb verb, ProductId product, UserId user, AdmitFlags flags) {
        return lifecycle.request(LifecycleRequest.of(verb, product, user, CLIENT, IMAGE, flags));
    }

    /** Nobody has used that engine for a day. */
    void markIdle(EngineId engine) {
        jdbi.useHandle(handle -> handle.execute(
                "UPDATE engines SET stirred_at = clock_timestamp() - interval '1 day' WHERE engine_id = ?",
                engine.value()));
    }

    Optional<EngineRow> engine(ProductId product, UserId user) {
        return jdbi.withExtension(EngineDao.class, engines -> engines.find(product, user));
    }

    /** A user's operations, the first one first. */
    List<Operation> operations(ProductId product, UserId user) {
        OperationQuery query = new OperationQuery(product, null, user, null, null, null, null, MOST_ROWS);
        return inOrder(jdbi.withExtension(OperationDao.class, operations -> operations.page(query)));
    }

    /** What the audit log has of a user, the first row first. */
    List<AuditEntry> audit(ProductId product, UserId user) {
        AuditQuery query = new AuditQuery(product, user.value(), null, null, null, null, null, null, MOST_ROWS);
        return inOrder(jdbi.withExtension(AuditDao.class, rows -> rows.page(query)).stream()
                .map(AuditRecord::entry)
                .toList());
    }

    private static <T> List<T> inOrder(List<T> newestFirst) {
        List<T> rows = new ArrayList<>(newestFirst);
        Collections.reverse(rows);
        return rows;
    }

    /** Leaves the port of a user's engine to others. */
    void vacate(ProductId product, UserId user) {
        jdbi.useHandle(handle -> handle.execute(
                "DELETE FROM engines WHERE product_id = ? AND user_id = ?", product.value(), user.value()));
    }

    private World world(EngineId engine) {
        return requireNonNull(worlds.get(engine), "an engine that nobody asked for");
    }

    private void ended(Operation operation) {
        world(operation.engineId()).ended(operation);
    }

    @Override
    public void close() throws Exception {
        starters.shutdownNow();
        temporal.close();
        fenced.close();
        doors.close();
        pool.stop();
    }
}
