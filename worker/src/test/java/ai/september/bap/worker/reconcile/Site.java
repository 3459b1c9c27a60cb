package ai.september.bap.worker.reconcile;

import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerMake;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.audit.AuditEntry;
import ai.september.bap.registry.audit.AuditQuery;
import ai.september.bap.registry.audit.AuditRecord;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.operation.EngineLock;
import ai.september.bap.registry.operation.Repairs;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import ai.september.bap.worker.MemoryBackend;
import ai.september.bap.workflows.EngineRuns;
import ai.september.bap.workflows.OperationStarter;
import ai.september.bap.workflows.RunAttributes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A host with a registry and a Temporal, and whoever looks after it. Its clock is a test's to set. */
final class Site implements AutoCloseable {

    static final Duration GRACE = Duration.ofSeconds(60);

    final TestRegistry registry;
    final MemoryBackend backend;
    final MeterRegistry meters = new SimpleMeterRegistry();
    final OperationStarter starter;
    private final ReconcilerMetrics metrics = new ReconcilerMetrics(meters);
    private final TestWorkflowEnvironment temporal = temporal();
    private boolean ended;
    private volatile Instant now = Instant.now();

    Site(TestDatabase database) {
        this(database, new MemoryBackend());
    }

    Site(TestDatabase database, MemoryBackend backend) {
        this.registry = new TestRegistry(database);
        this.backend = backend;
        this.starter = new OperationStarter(client(), registry.ledger);
    }

    private static TestWorkflowEnvironment temporal() {
        TestEnvironmentOptions.Builder options =
                TestEnvironmentOptions.newBuilder().setUseTimeskipping(false);
        RunAttributes.names()
                .forEach(name -> options.registerSearchAttribute(name, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD));
        return TestWorkflowEnvironment.newInstance(options.build());
    }

    WorkflowClient client() {
        return temporal.getWorkflowClient();
    }

    EngineRuns runs() {
        return new EngineRuns(client());
    }

    /** A run that nobody takes up, as somebody may have started it by hand. */
    void startRun(EngineId engine) {
        client().newUntypedWorkflowStub(
                        "StartEngine",
                        WorkflowOptions.newBuilder()
                                .setWorkflowId("engine/" + engine)
                                .setTaskQueue("nobody")
                                .build())
                .start();
    }

    /** So much later. */
    void pass(Duration time) {
        now = now.plus(time);
    }

    private Disagreements disagreements(HostId host) {
        return Disagreements.of(registry.jdbi, backend, host, runs(), starter, Duration.ofSeconds(1), GRACE, () -> now);
    }

    RepairLog repairs() {
        return new RepairLog(new Repairs(registry.jdbi), TestRegistry.HOST, metrics);
    }

    Reconciler reconciler() {
        return reconciler(TestRegistry.HOST);
    }

    Reconciler reconciler(HostId host) {
        return new Reconciler(
                disagreements(host),
                new EngineLock(registry.jdbi),
                new RepairLog(new Repairs(registry.jdbi), host, metrics),
                metrics);
    }

    /** One look of a reconciler that knows of none before. */
    void reconcile() {
        reconciler().run();
    }

    Doctor doctor() {
        return doctor(List::of);
    }

    Doctor doctor(ForeignThings.Source foreign) {
        return new Doctor(registry.jdbi, disagreements(TestRegistry.HOST), foreign);
    }

    List<Kind> diagnosis() throws InterruptedException {
        return doctor().examine().findings().stream().map(Finding::kind).toList();
    }

    double repaired(Kind kind) {
        return meters.get("bap.reconciler.repairs")
                .tag("kind", kind.wireName())
                .counter()
                .count();
    }

    double left(Kind kind) {
        return meters.get("bap.reconciler.disagreements")
                .tag("kind", kind.wireName())
                .gauge()
                .value();
    }

    /** A live container of the engine, as a launch would make it now. */
    ContainerId serving(EngineRow engine) {
        return serving(engine, engine.port(), engine.keyHash().toHex());
    }

    /** One of the engine's incarnation that was made with something else. */
    ContainerId serving(EngineRow engine, @Nullable Integer port, @Nullable String keyHash) {
        ContainerId container = backend.running(engine.engineId(), engine.incarnation(), null);
        backend.made(container, new ContainerMake(now, port, keyHash));
        return container;
    }

    /** A container that was made now. */
    ContainerId madeNow(ContainerId container) {
        backend.made(container, new ContainerMake(now, null, null));
        return container;
    }

    /** A statement on the row of an engine, by a hand that knows no rules. */
    void damage(EngineRow engine, String assignment) {
        registry.jdbi.useHandle(handle -> handle.execute(
                "UPDATE engines SET " + assignment + " WHERE engine_id = ?",
                engine.engineId().value()));
    }

    /** An engine that failed, and that nobody is bringing back. */
    EngineRow failed() {
        EngineRow engine = registry.stopped();
        damage(engine, "status = 'failed'");
        return engine;
    }

    EngineId destroyed() {
        EngineRow engine = registry.running();
        registry.ledger.destroyed(registry.begin(Verb.DESTROY, engine).operationId());
        return engine.engineId();
    }

    /** What the audit log has of repairs, of that engine. */
    List<AuditEntry> audited(EngineId engine) {
        return registry
                .jdbi
                .withExtension(
                        AuditDao.class,
                        audit -> audit.page(
                                new AuditQuery(null, null, engine.value(), "reconcile", null, null, null, null, 100)))
                .stream()
                .map(AuditRecord::entry)
                .toList();
    }

    /** Temporal is away from now on. */
    void endTemporal() {
        temporal.close();
        ended = true;
    }

    @Override
    public void close() {
        if (!ended) {
            temporal.close();
        }
    }
}
