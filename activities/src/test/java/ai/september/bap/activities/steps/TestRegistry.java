package ai.september.bap.activities.steps;

import ai.september.bap.registry.database.Migrations;
import ai.september.bap.registry.database.RegistryJdbi;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.SealedKey;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.AdmitFlags;
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
import ai.september.bap.workflows.OperationRef;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** A real registry with one product and one host. Every instance wants a database of its own. Thread-safe. */
final class TestRegistry {

    static final ImageRef IMAGE = new ImageRef("september-engine:test");

    final Jdbi jdbi;
    final OperationLedger ledger;

    private final Lifecycle lifecycle;
    private final ProductId product;

    /** A registry whose host has so many ports, from {@code firstPort} on. */
    TestRegistry(TestDatabase database, int firstPort, int ports) {
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
        jdbi.useExtension(
                HostDao.class,
                hosts -> hosts.announce(new HostId("this-host"), "subprocess", firstPort, firstPort + ports - 1));
    }

    static TestDatabase database() {
        return TestDatabase.with(new Migrated());
    }

    /** A user whose engine nobody has asked for yet. */
    static UserId newUser() {
        return new UserId(UUID.randomUUID().toString());
    }

    /** Asks for something that has to begin an operation. */
    OperationRef begin(Verb verb, UserId user) {
        Accepted accepted =
                lifecycle.request(new LifecycleRequest(verb, product, user, "acme", IMAGE, AdmitFlags.NONE));
        if (accepted instanceof Accepted.Waiting waiting && waiting.begun()) {
            return OperationRef.to(waiting.operation());
        }
        throw new AssertionError(verb + " began nothing");
    }

    EngineRow engine(OperationRef operation) {
        return jdbi.withExtension(EngineDao.class, engines -> engines.find(operation.engineId()))
                .orElseThrow();
    }

    Operation operation(OperationRef operation) {
        return ledger.find(operation.operationId()).orElseThrow();
    }

    List<Step> steps(OperationRef operation) {
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
