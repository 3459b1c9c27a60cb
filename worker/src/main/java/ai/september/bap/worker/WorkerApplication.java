package ai.september.bap.worker;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.monitor.HostMonitor;
import ai.september.bap.activities.monitor.MonitorSettings;
import ai.september.bap.activities.probe.HealthProbe;
import ai.september.bap.activities.sleep.IdleSweep;
import ai.september.bap.activities.sleep.SleepKeeper;
import ai.september.bap.activities.steps.OutputMask;
import ai.september.bap.activities.steps.ProductStepsImpl;
import ai.september.bap.activities.steps.RecoveryStepsImpl;
import ai.september.bap.activities.steps.RegistryStepsImpl;
import ai.september.bap.activities.steps.RetentionStepsImpl;
import ai.september.bap.process.Prerequisites;
import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.EngineBackend;
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
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.lifecycle.AutoCloseableManager;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * The worker as a Dropwizard application: its admin port shows health and metrics, its internal one the output of engines to
 * the APIs.
 */
public final class WorkerApplication extends Application<OrchestratorConfiguration> {

    private static final Duration ROLL_CALL_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration ROLL_CALL_PAUSE = Duration.ofMillis(250);

    /** How often somebody looks whether deletions of products, and the retention, are being carried out. */
    private static final Duration DELETIONS_INTERVAL = Duration.ofSeconds(5);

    private static final Duration RETENTION_INTERVAL = Duration.ofMinutes(5);

    /** How often somebody looks whether the host is watched over. */
    private static final Duration MONITOR_INTERVAL = Duration.ofSeconds(15);

    private final Map<String, String> variables;
    private final EnginesAtEnd enginesAtEnd;

    /** A worker whose engines get what they are to get from this process's environment. */
    public WorkerApplication() {
        this(System.getenv(), EnginesAtEnd.LEAVE);
    }

    /** A worker whose engines get what they are to get from {@code variables}. */
    public WorkerApplication(Map<String, String> variables, EnginesAtEnd enginesAtEnd) {
        this.variables = Map.copyOf(variables);
        this.enginesAtEnd = enginesAtEnd;
    }

    @Override
    public String getName() {
        return "bap-worker";
    }

    /** Waits for PostgreSQL, the container daemon and Temporal, then takes up work. What it manages stops in reverse order. */
    @Override
    public void run(OrchestratorConfiguration configuration, Environment environment) throws InterruptedException {
        EngineSettings engine = configuration.engine();
        if (engine.backend() == EngineBackend.SUBPROCESS) {
            manage(environment, FolderClaim.take(engine.subprocess().folder()));
        }
        ProcessMetrics metrics = new ProcessMetrics(Role.WORKER);
        metrics.serve(environment);
        Tracing tracing = Tracing.open(configuration.traces(), Role.WORKER);
        environment.lifecycle().manage(tracing);

        DatabasePool.migrate(configuration.database());
        ManagedDataSource database = DatabasePool.open(configuration.database(), Role.WORKER, metrics.registry());
        environment.lifecycle().manage(database);
        Migrations migrations = new Migrations(database);
        Jdbi jdbi = RegistryJdbi.create(database);
        EngineSide side = new Backends(
                        engine,
                        variables,
                        jdbi,
                        Math.max(1, configuration.database().poolSize() / 4),
                        resource -> manage(environment, resource))
                .open();
        HostId hostId = side.hostId();
        ContainerBackend backend = side.backend();

        TemporalConnection temporal =
                TemporalConnection.open(configuration.temporal(), Role.WORKER, metrics.registry(), tracing);
        environment.lifecycle().manage(temporal);
        Prerequisites.awaitTemporal(temporal);

        if (enginesAtEnd == EnginesAtEnd.STOP) {
            manage(environment, new EngineShutdown(backend, engine.stopGrace()));
        }
        jdbi.useExtension(HostDao.class, hosts -> hosts.announce(side.offer()));

        OperationMetrics operationMetrics = new OperationMetrics(metrics.registry());
        OperationStarter starter = new OperationStarter(temporal.client(), new OperationLedger(jdbi));
        Chores chores = new Chores();
        OperationLedger ledger = new OperationLedger(
                jdbi, operationMetrics.andThen(new NextTurns(new ProvisionTurns(jdbi), starter::start, chores::soon)));
        OutputMask mask = new OutputMask(Backends.passthrough(engine, variables));
        EngineHost host = new EngineHost(
                backend,
                jdbi,
                ledger,
                engine,
                mask,
                Math.max(1, configuration.database().poolSize() / 2),
                new StepMetrics(metrics.registry()));
        manage(environment, host);
        RollCall rollCall = new RollCall(new HealthProbe(ROLL_CALL_TIMEOUT), ROLL_CALL_PAUSE);
        Lifecycle lifecycle = new Lifecycle(jdbi, WorkerApplication::noKeys, operationMetrics);
        new Restore(jdbi, backend, rollCall, lifecycle, hostId).run();

        HealthSettings health = configuration.health();
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

        ProductDeletions deletions = new ProductDeletions(jdbi);
        UUID workerId = UUID.randomUUID();
        EngineLogServlet logs = new EngineLogServlet(
                jdbi,
                workerId,
                new EngineOutput(backend, new OutputMask(Backends.passthrough(engine, variables))),
                new LogMetrics(metrics.registry()));
        environment.lifecycle().addEventListener(new BeforeStop(logs::stop));
        InternalPort port = InternalPort.open(configuration, environment, LogQuery.PATH, logs);
        Heartbeat heartbeat = new Heartbeat(jdbi, workerId, hostId, side.daemon(), port::address);
        port.onceOpen(() -> chores.soon(heartbeat));
        manage(environment, heartbeat::leave);
        manage(
                environment,
                new TemporalWorkers(
                        temporal.client(),
                        hostId,
                        List.of(
                                new RegistryStepsImpl(ledger),
                                new RecoveryStepsImpl(new RecoveryLedger(jdbi, rules(health))),
                                new ProductStepsImpl(deletions, lifecycle, starter),
                                new RetentionStepsImpl(new Expired(
                                        jdbi,
                                        configuration.operations().retention(),
                                        configuration.operations().auditRetention()))),
                        List.of(host.steps()),
                        monitor,
                        List.of(monitor::letGo, host::letGo),
                        configuration.worker(),
                        temporal.workerInterceptors(),
                        engine.stopGrace().plus(Duration.ofSeconds(5))));
        manage(environment, chores);
        chores.every(
                Reconciler.about(configuration.reconciler().interval()),
                new Reconciler(disagreements, new EngineLock(jdbi), repairs, reconcilerMetrics));
        IdleSweep idleSweep = new IdleSweep(backend, jdbi, host.idleWatch(), lifecycle, starter::start, hostId);
        SleepKeeper sleepKeeper = new SleepKeeper(
                backend,
                new Sleepers(jdbi),
                new EngineLock(jdbi),
                lifecycle,
                starter::start,
                hostId,
                engine.stopGrace());
        Schedules schedules = new Schedules(jdbi);
        chores.every(ScheduledWakes.INTERVAL, new ScheduledWakes(schedules, lifecycle, starter::start));
        chores.every(health.interval(), idleSweep);
        chores.every(health.interval(), sleepKeeper);
        chores.every(ClaimKeeper.INTERVAL, side.claimKeeper());
        chores.every(Heartbeat.INTERVAL, heartbeat);
        chores.every(Relay.INTERVAL, new Relay(jdbi, starter, repairs::add));
        chores.every(NameEraser.INTERVAL, new NameEraser(jdbi));
        ProductDeletionStarter deletionStarter = new ProductDeletionStarter(temporal.client());
        chores.every(DELETIONS_INTERVAL, () -> deletions.open().forEach(deletionStarter::start));
        chores.every(RETENTION_INTERVAL, new RetentionStarter(temporal.client()));
        chores.every(MONITOR_INTERVAL, new LostHosts(jdbi, health.hostGrace(), System::nanoTime));
        chores.every(MONITOR_INTERVAL, new MonitorStarter(temporal.client(), new HostRef(hostId, health.interval())));

        environment.healthChecks().register("postgresql", Prerequisites.check(migrations::connectionProblem));
        environment.healthChecks().register("temporal", Prerequisites.check(temporal::absence));
        environment.healthChecks().register("backend", Prerequisites.check(side.daemon()));
    }

    private static RecoveryRules rules(HealthSettings health) {
        return new RecoveryRules(
                health.backoffBase(),
                health.backoffMax(),
                health.maxAttempts(),
                health.stableAfter(),
                health.restartsAtOnce());
    }

    private static void manage(Environment environment, AutoCloseable resource) {
        environment.lifecycle().manage(new AutoCloseableManager(resource));
    }

    /** A worker brings engines back; it never makes one, nor a key. */
    private static SealedKey noKeys() {
        throw new IllegalStateException("a worker has no master key and makes no engine keys");
    }
}
