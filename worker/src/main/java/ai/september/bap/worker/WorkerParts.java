package ai.september.bap.worker;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.monitor.HostMonitor;
import ai.september.bap.activities.monitor.MonitorSettings;
import ai.september.bap.activities.sleep.IdleSweep;
import ai.september.bap.activities.sleep.SleepKeeper;
import ai.september.bap.activities.steps.EagerWakes;
import ai.september.bap.activities.steps.OutputMask;
import ai.september.bap.activities.steps.ProductStepsImpl;
import ai.september.bap.activities.steps.RecoveryStepsImpl;
import ai.september.bap.activities.steps.RegistryStepsImpl;
import ai.september.bap.activities.steps.RetentionStepsImpl;
import ai.september.bap.process.Prerequisites;
import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.EngineSettings;
import ai.september.bap.process.configuration.HealthSettings;
import ai.september.bap.process.configuration.OrchestratorConfiguration;
import ai.september.bap.process.database.DatabasePool;
import ai.september.bap.process.logs.LogQuery;
import ai.september.bap.process.metrics.OperationMetrics;
import ai.september.bap.process.metrics.ProcessMetrics;
import ai.september.bap.process.server.BeforeStop;
import ai.september.bap.process.server.InternalPort;
import ai.september.bap.process.temporal.TemporalConnection;
import ai.september.bap.process.traces.Tracing;
import ai.september.bap.registry.database.Migrations;
import ai.september.bap.registry.database.RegistryJdbi;
import ai.september.bap.registry.deletion.ProductDeletions;
import ai.september.bap.registry.engine.SealedKey;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.EngineLock;
import ai.september.bap.registry.operation.Lifecycle;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.OperationListener;
import ai.september.bap.registry.operation.ProvisionTurns;
import ai.september.bap.registry.operation.RecoveryLedger;
import ai.september.bap.registry.operation.RecoveryRules;
import ai.september.bap.registry.operation.Repairs;
import ai.september.bap.registry.retention.Expired;
import ai.september.bap.registry.schedule.Schedules;
import ai.september.bap.registry.sleep.Sleepers;
import ai.september.bap.registry.watch.LostHosts;
import ai.september.bap.worker.reconcile.Disagreements;
import ai.september.bap.worker.reconcile.Doctor;
import ai.september.bap.worker.reconcile.DoctorServlet;
import ai.september.bap.worker.reconcile.Reconciler;
import ai.september.bap.worker.reconcile.ReconcilerMetrics;
import ai.september.bap.worker.reconcile.RepairLog;
import ai.september.bap.workflows.EngineRuns;
import ai.september.bap.workflows.HostRef;
import ai.september.bap.workflows.MonitorStarter;
import ai.september.bap.workflows.OperationStarter;
import ai.september.bap.workflows.ProductDeletionStarter;
import ai.september.bap.workflows.RetentionStarter;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.lifecycle.AutoCloseableManager;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** What a worker is made of, put together; what stops with it stops in reverse order. */
final class WorkerParts {

    /** How often somebody looks whether deletions of products, and the retention, are being carried out. */
    private static final Duration DELETIONS_INTERVAL = Duration.ofSeconds(5);

    private static final Duration RETENTION_INTERVAL = Duration.ofMinutes(5);

    /** What a step takes to end beyond an engine's grace. */
    private static final Duration DRAIN_SLACK = Duration.ofSeconds(5);

    /** How often somebody looks whether the host is watched over. */
    private static final Duration MONITOR_INTERVAL = Duration.ofSeconds(15);

    private final OrchestratorConfiguration configuration;
    private final EngineSettings engine;
    private final HealthSettings health;
    private final Environment environment;
    private final ProcessMetrics metrics;
    private final Migrations migrations;
    private final Jdbi jdbi;
    private final EngineSide side;
    private final HostId hostId;
    private final ContainerBackend backend;
    private final TemporalConnection temporal;
    private final OutputMask mask;
    private final OperationStarter starter;
    private final OperationMetrics operationMetrics;
    private final Lifecycle lifecycle;
    private final Chores chores = new Chores();
    private final UUID workerId = UUID.randomUUID();

    /** Waits for PostgreSQL, the container daemon and Temporal. */
    WorkerParts(OrchestratorConfiguration configuration, Environment environment, Map<String, String> variables)
            throws InterruptedException {
        this.configuration = configuration;
        this.engine = configuration.engine();
        this.health = configuration.health();
        this.environment = environment;
        this.metrics = new ProcessMetrics(Role.WORKER);
        metrics.serve(environment);
        Tracing tracing = Tracing.open(configuration.traces(), Role.WORKER);
        environment.lifecycle().manage(tracing);

        DatabasePool.migrate(configuration.database());
        ManagedDataSource database = DatabasePool.open(configuration.database(), Role.WORKER, metrics.registry());
        environment.lifecycle().manage(database);
        this.migrations = new Migrations(database);
        this.jdbi = RegistryJdbi.create(database);
        this.side = new Backends(
                        engine,
                        variables,
                        jdbi,
                        Math.max(1, configuration.database().poolSize() / 4),
                        resource -> manage(environment, resource))
                .open();
        this.hostId = side.hostId();
        this.backend = side.backend();

        this.temporal = TemporalConnection.open(configuration.temporal(), Role.WORKER, metrics.registry(), tracing);
        environment.lifecycle().manage(temporal);
        Prerequisites.awaitTemporal(temporal);

        this.mask = new OutputMask(Backends.passthrough(engine, variables));
        this.starter = new OperationStarter(temporal.client(), new OperationLedger(jdbi));
        this.operationMetrics = new OperationMetrics(metrics.registry());
        this.lifecycle = new Lifecycle(jdbi, WorkerParts::noKeys, operationMetrics);
    }

    private static void manage(Environment environment, AutoCloseable resource) {
        environment.lifecycle().manage(new AutoCloseableManager(resource));
    }

    /** A worker brings engines back; it never makes one, nor a key. */
    private static SealedKey noKeys() {
        throw new IllegalStateException("a worker has no master key and makes no engine keys");
    }

    /** Has the engines of the host stopped, once no step is under way any more. */
    void stopEnginesAtEnd() {
        manage(environment, new EngineShutdown(backend, engine.stopGrace()));
    }

    /** Announces the host, brings back what should be up there, and begins. */
    void takeUpWork() throws InterruptedException {
        jdbi.useExtension(HostDao.class, hosts -> hosts.announce(side.offer()));
        OperationLedger ledger = new OperationLedger(
                jdbi, operationMetrics.andThen(new NextTurns(new ProvisionTurns(jdbi), starter::start, chores::soon)));
        EngineHost host = new EngineHost(
                backend,
                jdbi,
                ledger,
                engine,
                mask,
                Math.max(1, configuration.database().poolSize() / 2),
                new StepMetrics(metrics.registry()));
        manage(environment, host);
        new Restore(jdbi, backend, lifecycle, hostId).run();
        Heartbeat heartbeat = serveLogs();
        manage(environment, heartbeat::leave);
        carryOut(ledger, host);
        manage(environment, chores);
        reconcile();
        keepHouse(host, heartbeat);
        environment.healthChecks().register("postgresql", Prerequisites.check(migrations::connectionProblem));
        environment.healthChecks().register("temporal", Prerequisites.check(temporal::absence));
        environment.healthChecks().register("backend", Prerequisites.check(side.daemon()));
    }

    /** What engines print, on the internal port; the heartbeat says where that is. */
    private Heartbeat serveLogs() throws InterruptedException {
        EngineLogServlet logs = new EngineLogServlet(
                jdbi, workerId, new EngineOutput(backend, mask), new LogMetrics(metrics.registry()));
        environment.lifecycle().addEventListener(new BeforeStop(logs::stop));
        InternalPort port = InternalPort.open(configuration, environment, LogQuery.PATH, logs);
        Heartbeat heartbeat = new Heartbeat(jdbi, workerId, hostId, side.daemon(), port::address);
        port.onceOpen(() -> chores.soon(heartbeat));
        return heartbeat;
    }

    /** What Temporal asks for. */
    private void carryOut(OperationLedger ledger, EngineHost host) {
        HostMonitor monitor = new HostMonitor(
                backend,
                jdbi,
                hostId,
                new MonitorSettings(
                        health.interval(),
                        health.timeout(),
                        health.maxFailures(),
                        health.massFailureHold(),
                        health.stableAfter()),
                mask,
                starter::start,
                new SweepMetrics(metrics.registry()));
        RecoveryRules rules = new RecoveryRules(
                health.backoffBase(),
                health.backoffMax(),
                health.maxAttempts(),
                health.stableAfter(),
                health.restartsAtOnce());
        int wakesAtOnce = Math.max(1, configuration.database().poolSize() / 4);
        EagerWakes eager = new EagerWakes(ledger, host.steps(), starter::start, wakesAtOnce, drain());
        // Ends after Temporal's steps, with which those are let go that only wait.
        manage(environment, eager);
        Expired expired = new Expired(
                jdbi,
                configuration.operations().retention(),
                configuration.operations().auditRetention());
        manage(
                environment,
                new TemporalWorkers(
                        temporal.client(),
                        hostId,
                        List.of(
                                new RegistryStepsImpl(ledger),
                                new RecoveryStepsImpl(new RecoveryLedger(jdbi, rules)),
                                new ProductStepsImpl(new ProductDeletions(jdbi), lifecycle, starter),
                                new RetentionStepsImpl(expired)),
                        List.of(host.steps()),
                        monitor,
                        List.of(monitor::letGo, eager::stop, host::letGo),
                        configuration.worker(),
                        temporal.workerInterceptors(),
                        drain()));
        Thread listener = new Thread(
                OperationListener.ofWakes(
                        () -> DatabasePool.connect(configuration.database(), Role.WORKER), hostId, eager::begun),
                "wake-listener");
        listener.setDaemon(true);
        listener.start();
        manage(environment, listener::interrupt);
    }

    private Duration drain() {
        return engine.stopGrace().plus(DRAIN_SLACK);
    }

    /** Begins to look for what rows and reality disagree about, and to put it right. */
    private void reconcile() {
        Disagreements disagreements = Disagreements.of(
                jdbi,
                backend,
                hostId,
                new EngineRuns(temporal.client()),
                starter,
                engine.stopGrace(),
                configuration.reconciler().grace(),
                Clock.systemUTC());
        ReconcilerMetrics reconcilerMetrics = new ReconcilerMetrics(metrics.registry());
        RepairLog repairs = new RepairLog(new Repairs(jdbi), hostId, reconcilerMetrics);
        environment
                .admin()
                .addServlet("doctor", new DoctorServlet(new Doctor(jdbi, disagreements, side.foreign())))
                .addMapping(DoctorServlet.PATH);
        chores.every(
                Reconciler.about(configuration.reconciler().interval()),
                new Reconciler(disagreements, new EngineLock(jdbi), repairs, reconcilerMetrics));
        chores.every(Relay.INTERVAL, new Relay(jdbi, starter, repairs::add));
    }

    /** Begins whatever else is done again and again. */
    private void keepHouse(EngineHost host, Heartbeat heartbeat) {
        chores.every(Heartbeat.INTERVAL, heartbeat);
        chores.every(ClaimKeeper.INTERVAL, side.claimKeeper());
        chores.every(MONITOR_INTERVAL, new MonitorStarter(temporal.client(), new HostRef(hostId, health.interval())));
        chores.every(MONITOR_INTERVAL, new LostHosts(jdbi, health.hostGrace(), System::nanoTime));
        chores.every(
                health.interval(), new IdleSweep(backend, jdbi, host.idleWatch(), lifecycle, starter::start, hostId));
        chores.every(
                health.interval(),
                new SleepKeeper(
                        backend,
                        new Sleepers(jdbi),
                        new EngineLock(jdbi),
                        lifecycle,
                        starter::start,
                        hostId,
                        engine.stopGrace()));
        chores.every(ScheduledWakes.INTERVAL, new ScheduledWakes(new Schedules(jdbi), lifecycle, starter::start));
        chores.every(NameEraser.INTERVAL, new NameEraser(jdbi));
        ProductDeletions deletions = new ProductDeletions(jdbi);
        ProductDeletionStarter deletionStarter = new ProductDeletionStarter(temporal.client());
        chores.every(DELETIONS_INTERVAL, () -> deletions.open().forEach(deletionStarter::start));
        chores.every(RETENTION_INTERVAL, new RetentionStarter(temporal.client()));
    }
}
