package ai.september.bap.testing.registry;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.database.Migrations;
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
import ai.september.bap.registry.operation.Lifecycle;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationDao;
import ai.september.bap.registry.operation.OperationLedger;
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
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** A real registry with one product and one host. Every instance wants a database of its own. Thread-safe. */
public final class TestRegistry {

    public static final HostId HOST = new HostId("local");
    public static final ImageRef IMAGE = new ImageRef("september-engine:2.3.0");

    public final Jdbi jdbi;
    public final OperationLedger ledger;
    public final Lifecycle lifecycle;

    private final ProductId product;

    public TestRegistry(TestDatabase database) {
        this(database, 9001, 999);
    }

    /** A registry whose host has so many ports, from {@code firstPort} on. */
    public TestRegistry(TestDatabase database, int firstPort, int ports) {
        this.jdbi = RegistryJdbi.create(database.dataSource());
        this.ledger = new OperationLedger(jdbi);
        this.lifecycle = new Lifecycle(jdbi, TestRegistry::newKey, ended -> {});
        this.product = new Products(jdbi)
                .register(
                        new Slug("acme-" + UUID.randomUUID()),
                        "Acme",
                        Policy.UNLIMITED,
                        KeyHash.of("pk-sept-" + UUID.randomUUID()),
                        Actor.admin("tests"));
        jdbi.useExtension(
                HostDao.class,
                hosts -> hosts.announce(HostOffer.of(HOST, "subprocess", firstPort, firstPort + ports - 1)));
    }

    /** A database that the migrations have been applied to. */
    public static TestDatabase database() {
        return TestDatabase.with(new Migrated());
    }

    /** A user whose engine nobody has asked for yet. */
    public static UserId newUser() {
        return new UserId(UUID.randomUUID().toString());
    }

    /** Gives the product this policy. */
    public void limit(Policy policy) {
        new Products(jdbi).replacePolicy(product, policy, Actor.SYSTEM);
    }

    /** Asks for something that has to begin an operation. */
    public Operation begin(Verb verb, UserId user) {
        return begin(verb, user, IMAGE);
    }

    /** As the other, with an image of its own for what has none yet. */
    public Operation begin(Verb verb, UserId user, ImageRef image) {
        return begin(verb, user, image, AdmitFlags.NONE);
    }

    /** An admit that wakes the user's engine. */
    public Operation beginWake(UserId user) {
        return begin(Verb.ADMIT, user, IMAGE, new AdmitFlags(false, true));
    }

    private Operation begin(Verb verb, UserId user, ImageRef image, AdmitFlags flags) {
        Accepted accepted = lifecycle.request(LifecycleRequest.of(verb, product, user, Actor.SYSTEM, image, flags));
        if (accepted instanceof Accepted.Waiting waiting && waiting.begun()) {
            return waiting.operation();
        }
        throw new AssertionError(verb + " began nothing");
    }

    /** As {@link #begin(Verb, UserId)}, for the engine's user. */
    public Operation begin(Verb verb, EngineRow engine) {
        return begin(verb, engine.userId());
    }

    /** An engine that runs, as far as the registry knows. */
    public EngineRow running() {
        Operation provision = begin(Verb.PROVISION, newUser());
        ledger.running(provision.operationId(), 250, Instant.now());
        return engine(provision.engineId());
    }

    /** An engine that was stopped; the row is that of before. */
    public EngineRow stopped() {
        EngineRow engine = running();
        ledger.stopped(begin(Verb.STOP, engine).operationId());
        return engine;
    }

    /** An engine that ran once and then failed to start; the row is that of before. */
    public EngineRow failed() {
        EngineRow engine = stopped();
        ledger.failed(
                begin(Verb.START, engine).operationId(), new Failure(ErrorCode.BOOT_TIMEOUT, "It did not answer."));
        return engine;
    }

    /** An engine that sleeps, frozen. */
    public EngineRow sleeping() {
        EngineRow engine = running();
        Operation sleep = beginSleep(engine.engineId());
        ledger.asleep(sleep.operationId(), SleepMode.PAUSE);
        return engine(engine.engineId());
    }

    /** Begins to put an engine to sleep, which by then has been idle for a day; an hour is enough. */
    public Operation beginSleep(EngineId engine) {
        jdbi.useTransaction(handle -> {
            handle.execute(
                    "UPDATE products SET policy = policy || '{\"idle_timeout_s\": 3600}' WHERE product_id = ?",
                    product.value());
            handle.execute(
                    "UPDATE engines SET stirred_at = clock_timestamp() - interval '1 day' WHERE engine_id = ?",
                    engine.value());
        });
        return lifecycle.sleep(engine, engine(engine).fence()).orElseThrow();
    }

    public Optional<EngineRow> engine(UserId user) {
        return jdbi.withExtension(EngineDao.class, engines -> engines.find(product, user));
    }

    /** The row of an engine that has to be there. */
    public EngineRow engine(EngineId engine) {
        return jdbi.withExtension(EngineDao.class, engines -> engines.find(engine))
                .orElseThrow();
    }

    public Operation operation(OperationId operation) {
        return ledger.find(operation).orElseThrow();
    }

    public List<Step> steps(OperationId operation) {
        return jdbi.withExtension(OperationDao.class, operations -> operations.steps(operation));
    }

    /** The operation under way for an engine. */
    public Optional<Operation> open(EngineId engine) {
        return jdbi.withExtension(OperationDao.class, operations -> operations.findOpen(engine));
    }

    private static SealedKey newKey() {
        return new SealedKey(KeyHash.of("sk-sept-" + UUID.randomUUID()), "sealed");
    }

    private record Migrated() implements Consumer<DataSource> {

        @Override
        public void accept(DataSource dataSource) {
            new Migrations(dataSource).migrate();
        }
    }
}
