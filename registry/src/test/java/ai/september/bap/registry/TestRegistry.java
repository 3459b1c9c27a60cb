package ai.september.bap.registry;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.audit.AuditEntry;
import ai.september.bap.registry.audit.AuditQuery;
import ai.september.bap.registry.audit.AuditRecord;
import ai.september.bap.registry.database.RegistryJdbi;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.SealedKey;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.host.HostOffer;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.AdmitFlags;
import ai.september.bap.registry.operation.Failure;
import ai.september.bap.registry.operation.HealthFailure;
import ai.september.bap.registry.operation.Lifecycle;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationDao;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.OperationQuery;
import ai.september.bap.registry.operation.Recoveries;
import ai.september.bap.registry.operation.Step;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Products;
import ai.september.bap.registry.product.SleepMode;
import ai.september.bap.registry.vault.KeyHash;
import ai.september.bap.testing.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/**
 * A registry on a real database with one product and one host, and short names for what tests ask of it. Every instance
 * brings a product and a host of its own, so that tests can share a database. Thread-safe.
 */
public final class TestRegistry {

    public static final ImageRef IMAGE = new ImageRef("september-engine:2.3.0");
    public static final Failure FAILURE = new Failure(ErrorCode.BOOT_TIMEOUT, "It did not answer.");
    public static final int BOOT_MS = 250;
    public static final Instant HEALTHY_AT = Instant.parse("2026-01-02T03:04:05.678901Z");
    public static final int FIRST_PORT = 9001;

    private static final int LAST_PORT = 9999;
    private static final AtomicInteger COUNTER = new AtomicInteger();

    public final Jdbi jdbi;
    public final Lifecycle lifecycle;
    public final OperationLedger ledger;
    public final ProductId product;
    public final HostId host;
    public final Slug slug;

    private TestRegistry(DataSource dataSource, Policy policy, int ports) {
        int number = COUNTER.incrementAndGet();
        this.jdbi = RegistryJdbi.configure(Jdbi.create(new PooledConnections(dataSource)));
        this.lifecycle = new Lifecycle(jdbi, TestRegistry::newKey, ended -> {});
        this.ledger = new OperationLedger(jdbi);
        this.slug = new Slug("acme-" + number);
        this.host = new HostId("host-" + number);
        this.product = new Products(jdbi)
                .register(slug, "Acme", policy, KeyHash.of("pk-sept-" + UUID.randomUUID()), Actor.admin("tests"));
        jdbi.useExtension(HostDao.class, hosts -> {
            hosts.announce(HostOffer.of(host, "subprocess", FIRST_PORT, FIRST_PORT + ports - 1));
        });
        // New engines go to the host that lives: in a shared database that has to be this test's own.
        jdbi.useHandle(
                handle -> handle.execute("UPDATE hosts SET heartbeat_at = 'epoch' WHERE host_id <> ?", host.value()));
    }

    private TestRegistry(TestRegistry first) {
        int number = COUNTER.incrementAndGet();
        this.jdbi = first.jdbi;
        this.lifecycle = first.lifecycle;
        this.ledger = first.ledger;
        this.slug = new Slug("acme-" + number);
        this.host = first.host;
        this.product = new Products(jdbi)
                .register(
                        slug,
                        "Acme",
                        Policy.UNLIMITED,
                        KeyHash.of("pk-sept-" + UUID.randomUUID()),
                        Actor.admin("tests"));
    }

    /** The same with another product on the same host. */
    public TestRegistry withAnotherProduct() {
        return new TestRegistry(this);
    }

    /** A database that the migrations have been applied to. */
    public static TestDatabase database() {
        return TestDatabase.with(new Migrated());
    }

    public static TestRegistry on(TestDatabase database) {
        return on(database, Policy.UNLIMITED);
    }

    public static TestRegistry on(TestDatabase database, Policy policy) {
        return new TestRegistry(database.dataSource(), policy, LAST_PORT - FIRST_PORT + 1);
    }

    /** With a host that has so many ports, from {@link #FIRST_PORT} on. */
    public static TestRegistry withPorts(TestDatabase database, int ports) {
        return new TestRegistry(database.dataSource(), Policy.UNLIMITED, ports);
    }

    public static SealedKey newKey() {
        String key = "sk-sept-" + UUID.randomUUID();
        return new SealedKey(KeyHash.of(key), "sealed " + key);
    }

    public static UserId newUser() {
        return new UserId("user-" + COUNTER.incrementAndGet());
    }

    public Accepted request(Verb verb, UserId user) {
        return request(verb, user, AdmitFlags.NONE);
    }

    public Accepted request(Verb verb, UserId user, AdmitFlags flags) {
        return request(verb, user, flags, IMAGE);
    }

    public Accepted request(Verb verb, UserId user, AdmitFlags flags, ImageRef image) {
        return lifecycle.request(LifecycleRequest.of(verb, product, user, Actor.product(slug), image, flags));
    }

    /** Asks for something that has to begin an operation. */
    public Operation begin(Verb verb, UserId user) {
        if (request(verb, user, new AdmitFlags(true, true)) instanceof Accepted.Waiting waiting && waiting.begun()) {
            return waiting.operation();
        }
        throw new AssertionError(verb + " began nothing");
    }

    /** Brings the operation to its good end, as the workflow of its kind would. */
    public void succeed(Operation operation) {
        OperationId id = operation.operationId();
        ledger.begin(id);
        switch (operation.kind()) {
            case PROVISION, START, WAKE, RECOVER -> ledger.running(id, BOOT_MS, HEALTHY_AT);
            case STOP -> ledger.stopped(id);
            case SLEEP -> ledger.asleep(id, SleepMode.PAUSE);
            case DESTROY -> ledger.destroyed(id);
            case ROTATE_KEY -> ledger.rotated(id, BOOT_MS, HEALTHY_AT);
        }
    }

    /** A user whose engine runs. */
    public UserId runningUser() {
        UserId user = newUser();
        succeed(begin(Verb.PROVISION, user));
        return user;
    }

    /** A user whose engine was stopped. */
    public UserId stoppedUser() {
        UserId user = runningUser();
        succeed(begin(Verb.STOP, user));
        return user;
    }

    /** A user whose engine ran once and then failed to start. */
    public UserId failedUser() {
        UserId user = stoppedUser();
        ledger.failed(begin(Verb.START, user).operationId(), FAILURE);
        return user;
    }

    /** A user whose engine was never up. */
    public UserId neverRanUser() {
        UserId user = newUser();
        ledger.failed(begin(Verb.PROVISION, user).operationId(), FAILURE);
        return user;
    }

    /** A user whose engine sleeps, frozen. */
    public UserId sleepingUser() {
        UserId user = runningUser();
        succeed(beginSleep(user));
        return user;
    }

    /** Begins to put a user's engine to sleep, which by then has been idle for a day. */
    public Operation beginSleep(UserId user) {
        EngineRow engine = engine(user);
        idle(user);
        return lifecycle.sleep(engine.engineId(), engine.fence()).orElseThrow();
    }

    /** Lets a user's engine be without any use for a day, where an hour is enough for its product's engines to sleep. */
    public void idle(UserId user) {
        EngineId engine = engine(user).engineId();
        jdbi.useTransaction(handle -> {
            handle.execute(
                    "UPDATE products SET policy = policy || '{\"idle_timeout_s\": 3600}' WHERE product_id = ?",
                    product.value());
            handle.execute(
                    "UPDATE engines SET stirred_at = clock_timestamp() - interval '1 day' WHERE engine_id = ?",
                    engine.value());
            handle.execute("DELETE FROM engine_activity WHERE engine_id = ?", engine.value());
        });
    }

    /** A user whose engine is about to be put to sleep. */
    public UserId dozingUser() {
        UserId user = runningUser();
        beginSleep(user);
        return user;
    }

    /** A user whose engine is just being frozen. */
    public UserId fallingAsleepUser() {
        UserId user = runningUser();
        ledger.touch(beginSleep(user).operationId());
        return user;
    }

    /** A user whose engine ran, failed, and is being recovered. */
    public UserId recoveringUser() {
        UserId user = runningUser();
        fail(user);
        return user;
    }

    /** Lets the process of a running engine have ended; its recovery. */
    public Operation fail(UserId user) {
        EngineRow engine = engine(user);
        return jdbi.inTransaction(handle -> Recoveries.begin(
                        handle, engine.engineId(), engine.fence(), HealthFailure.exited(137, "last words")))
                .orElseThrow(() -> new AssertionError("not settled in running: " + engine));
    }

    public EngineRow engine(UserId user) {
        return findEngine(user).orElseThrow(() -> new AssertionError("no row for " + user.value()));
    }

    public Optional<EngineRow> findEngine(UserId user) {
        return jdbi.withExtension(EngineDao.class, engines -> engines.find(product, user));
    }

    public Operation operation(OperationId operationId) {
        return ledger.find(operationId).orElseThrow();
    }

    public Optional<Operation> openOperation(EngineId engine) {
        return jdbi.withExtension(OperationDao.class, operations -> operations.findOpen(engine));
    }

    /** The product's operations that are under way. */
    public List<Operation> openOperations() {
        return jdbi
                .withExtension(
                        OperationDao.class,
                        operations ->
                                operations.page(new OperationQuery(product, null, null, null, null, null, null, 1_000)))
                .stream()
                .filter(operation -> !operation.status().isEnded())
                .toList();
    }

    public List<Step> steps(OperationId operationId) {
        return jdbi.withExtension(OperationDao.class, operations -> operations.steps(operationId));
    }

    /** The audit rows of a user, newest first. */
    public List<AuditEntry> audit(UserId user) {
        return jdbi.withExtension(
                AuditDao.class,
                audit ->
                        audit
                                .page(new AuditQuery(product, user.value(), null, null, null, null, null, null, 1000))
                                .stream()
                                .map(AuditRecord::entry)
                                .toList());
    }

    /**
     * Everything the database holds about the user's engine, and the product's totals, as text to be compared; but for when
     * the engine was last asked for, which every admit changes.
     */
    public String contents(UserId user) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        WITH o AS (SELECT * FROM operations WHERE product_id = :product AND user_id = :user)
                        SELECT line FROM (
                            SELECT 1 AS kind, 0::bigint AS place, (to_jsonb(e) - 'stirred_at')::text AS line FROM engines e
                                WHERE product_id = :product AND user_id = :user
                            UNION ALL SELECT 2, fence, o::text FROM o
                            UNION ALL SELECT 3, 100 * fence + position, s::text
                                FROM operation_steps s JOIN o USING (operation_id)
                            UNION ALL SELECT 4, id, a::text FROM audit_log a
                                WHERE product_id = :product AND user_id = :user
                            UNION ALL SELECT 5, 0, t::text FROM product_totals t WHERE product_id = :product) AS lines
                        ORDER BY kind, place, line""")
                .bind("product", product)
                .bind("user", user)
                .mapTo(String.class)
                .collect(Collectors.joining("\n")));
    }

    /**
     * The transactions that last wrote the operation's row, its engine's row and its last audit row; {@code none} for a row
     * that is not there.
     */
    public Transactions transactions(OperationId operation) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT o.xmin::text AS operation, coalesce(e.xmin::text, 'none') AS engine,
                            coalesce(a.xmin::text, 'none') AS audit,
                            array(SELECT DISTINCT s.xmin::text FROM operation_steps s
                                WHERE s.operation_id = o.operation_id) AS steps
                        FROM operations o LEFT JOIN engines e USING (engine_id)
                            LEFT JOIN LATERAL (SELECT a.xmin FROM audit_log a
                                WHERE a.metadata->>'operation_id' = o.operation_id::text
                                ORDER BY a.id DESC LIMIT 1) a ON true
                        WHERE o.operation_id = :operation""")
                .bind("operation", operation)
                .mapTo(Transactions.class)
                .one());
    }

    /** Ids of transactions. */
    public record Transactions(String operation, String engine, String audit, List<String> steps) {}

    public long count(String sql) {
        return jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }
}
