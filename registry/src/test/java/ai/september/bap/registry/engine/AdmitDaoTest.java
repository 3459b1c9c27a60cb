package ai.september.bap.registry.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.AdmitFlags;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Products;
import ai.september.bap.registry.vault.KeyHash;
import ai.september.bap.testing.TestDatabase;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AdmitDaoTest {

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;
    private KeyHash key;
    private ProductId product;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        key = KeyHash.of("pk-sept-" + UUID.randomUUID());
        product = new Products(registry.jdbi)
                .register(new Slug("shop-" + UUID.randomUUID()), "Shop", new Policy(9, 60), key, Actor.admin("tests"));
    }

    @Test
    void withoutAValidKeyThereIsNothingToSee() {
        assertThat(read(KeyHash.of("other"), TestRegistry.newUser())).isEmpty();
    }

    @Test
    void aUserWithoutAnEngineIsSeenAsSuch() {
        AdmitView view = read(key, TestRegistry.newUser()).orElseThrow();

        assertThat(view.product().productId()).isEqualTo(product);
        assertThat(view.keyId())
                .isEqualTo(new Products(registry.jdbi)
                        .authenticate(key)
                        .orElseThrow()
                        .keyId());
        assertThat(view.product().policy()).isEqualTo(new Policy(9, 60));
        assertThat(view.engine()).isNull();
        assertThat(view.busy()).isFalse();
    }

    @Test
    void anOpenOperationTakesTheEngineOffTheHotPathFromItsCommitToItsEnd() {
        UserId user = TestRegistry.newUser();
        Operation provision = begin(Verb.PROVISION, user);
        assertThat(read(key, user))
                .hasValueSatisfying(view -> assertThat(view.busy()).isTrue());
        registry.succeed(provision);
        AdmitView settled = read(key, user).orElseThrow();
        EngineRow running = row(user);

        Operation stop = begin(Verb.STOP, user);
        AdmitView stopping = read(key, user).orElseThrow();
        registry.succeed(stop);

        assertThat(settled.busy()).isFalse();
        assertThat(settled.engine())
                .isEqualTo(running.reachable())
                .extracting(ReachableEngine::status)
                .isEqualTo(EngineStatus.RUNNING);
        assertThat(stopping.busy()).isTrue();
        assertThat(read(key, user))
                .hasValueSatisfying(view -> assertThat(view.busy()).isFalse());
    }

    @Test
    void theEngineOfTheSameUserOfAnotherProductIsNotSeen() {
        UserId user = registry.runningUser();

        assertThat(read(key, user).orElseThrow().engine()).isNull();
    }

    @Test
    void userIdsAreComparedByteByByte() {
        registry.succeed(begin(Verb.PROVISION, new UserId("zo\u00eb")));

        assertThat(read(key, new UserId("zoe\u0308")).orElseThrow().engine()).isNull();
        assertThat(read(key, new UserId("Zo\u00eb")).orElseThrow().engine()).isNull();
        assertThat(read(key, new UserId("zo\u00eb")).orElseThrow().engine()).isNotNull();
    }

    private Operation begin(Verb verb, UserId user) {
        registry.lifecycle.request(
                LifecycleRequest.of(verb, product, user, Actor.SYSTEM, TestRegistry.IMAGE, AdmitFlags.NONE));
        return registry.openOperation(row(user).engineId()).orElseThrow();
    }

    private EngineRow row(UserId user) {
        return registry.jdbi
                .withExtension(EngineDao.class, engines -> engines.find(product, user))
                .orElseThrow();
    }

    private Optional<AdmitView> read(KeyHash platformKey, UserId user) {
        return registry.jdbi.withHandle(handle -> AdmitDao.read(handle, platformKey, user));
    }
}
