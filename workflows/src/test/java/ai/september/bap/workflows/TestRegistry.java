package ai.september.bap.workflows;

import ai.september.bap.registry.database.Migrations;
import ai.september.bap.registry.database.RegistryJdbi;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.SealedKey;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.AdmitFlags;
import ai.september.bap.registry.operation.Lifecycle;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Products;
import ai.september.bap.registry.vault.KeyHash;
import ai.september.bap.testing.TestDatabase;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** A real registry on a real database, with one product and one host. Thread-safe. */
final class TestRegistry {

    final Jdbi jdbi;
    final OperationLedger ledger;

    private final Lifecycle lifecycle;
    private final ProductId product;

    TestRegistry(TestDatabase database) {
        this.jdbi = RegistryJdbi.create(database.dataSource());
        this.ledger = new OperationLedger(jdbi);
        this.lifecycle = new Lifecycle(jdbi, TestRegistry::newKey, ended -> {});
        this.product = new Products(jdbi)
                .register(
                        new Slug("acme-" + UUID.randomUUID()),
                        "Acme",
                        Policy.UNLIMITED,
                        KeyHash.of("pk-sept-" + UUID.randomUUID()),
                        "admin");
        jdbi.useExtension(HostDao.class, hosts -> hosts.announce(Stage.HOST, "subprocess", 9001, 9999));
    }

    static TestDatabase database() {
        return TestDatabase.with(new Migrated());
    }

    /** Asks for something that has to begin an operation. */
    Operation begin(Verb verb, UserId user) {
        Accepted accepted = lifecycle.request(new LifecycleRequest(
                verb, product, user, "acme", new ImageRef("september-engine:2.3.0"), AdmitFlags.NONE));
        if (accepted instanceof Accepted.Waiting waiting && waiting.begun()) {
            return waiting.operation();
        }
        throw new AssertionError(verb + " began nothing");
    }

    Operation operation(OperationId operationId) {
        return ledger.find(operationId).orElseThrow();
    }

    Optional<EngineRow> engine(UserId user) {
        return jdbi.withExtension(EngineDao.class, engines -> engines.find(product, user));
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
