package ai.september.bap.worker;

import ai.september.bap.registry.database.Migrations;
import ai.september.bap.registry.database.RegistryJdbi;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.SealedKey;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.ImageRef;
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
import ai.september.bap.registry.vault.KeyHash;
import ai.september.bap.testing.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** A real registry with one product and one host. Every instance wants a database of its own. */
final class TestRegistry {

    static final HostId HOST = new HostId("this-host");

    final Jdbi jdbi;
    final OperationLedger ledger;
    final Lifecycle lifecycle;

    private final ProductId product;

    TestRegistry(TestDatabase database) {
        this.jdbi = RegistryJdbi.create(database.dataSource());
        this.ledger = new OperationLedger(jdbi);
        this.lifecycle = new Lifecycle(jdbi, TestRegistry::newKey, ended -> {});
        this.product = new Products(jdbi)
                .register(
                        new Slug("acme"),
                        "Acme",
                        Policy.UNLIMITED,
                        KeyHash.of("pk-sept-" + UUID.randomUUID()),
                        "admin");
        jdbi.useExtension(HostDao.class, hosts -> hosts.announce(HOST, "subprocess", 9001, 9999));
    }

    static TestDatabase database() {
        return TestDatabase.with(new Migrated());
    }

    /** Asks for something that has to begin an operation. */
    Operation begin(Verb verb, EngineRow engine) {
        return begin(verb, engine.userId());
    }

    private Operation begin(Verb verb, UserId user) {
        Accepted accepted = lifecycle.request(new LifecycleRequest(
                verb, product, user, "acme", new ImageRef("september-engine:2.3.0"), AdmitFlags.NONE));
        if (accepted instanceof Accepted.Waiting waiting && waiting.begun()) {
            return waiting.operation();
        }
        throw new AssertionError(verb + " began nothing");
    }

    EngineRow running() {
        UserId user = new UserId(UUID.randomUUID().toString());
        Operation provision = begin(Verb.PROVISION, user);
        ledger.running(provision.operationId(), 250, Instant.now());
        return jdbi.withExtension(EngineDao.class, engines -> engines.find(product, user))
                .orElseThrow();
    }

    EngineRow stopped() {
        EngineRow engine = running();
        ledger.stopped(begin(Verb.STOP, engine).operationId());
        return engine;
    }

    EngineRow failed() {
        EngineRow engine = stopped();
        ledger.failed(
                begin(Verb.START, engine).operationId(), new Failure(ErrorCode.BOOT_TIMEOUT, "It did not answer."));
        return engine;
    }

    /** Nothing puts engines to sleep yet, so the row is made to say so. */
    EngineRow sleeping() {
        EngineRow engine = running();
        jdbi.useHandle(handle -> handle.execute(
                "UPDATE engines SET status = 'sleeping' WHERE engine_id = ?",
                engine.engineId().value()));
        return engine;
    }

    Optional<Operation> open(EngineRow engine) {
        return jdbi.withExtension(OperationDao.class, operations -> operations.findOpen(engine.engineId()));
    }

    List<Step> steps(Operation operation) {
        return jdbi.withExtension(OperationDao.class, operations -> operations.steps(operation.operationId()));
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
