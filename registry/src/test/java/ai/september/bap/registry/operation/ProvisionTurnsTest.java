package ai.september.bap.registry.operation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.ProductDao;
import ai.september.bap.registry.product.Products;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class ProvisionTurnsTest {

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;
    private ProvisionTurns turns;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db, new Policy(null, null, null, 2, null));
        turns = new ProvisionTurns(registry.jdbi);
    }

    private List<Operation> provision(int users) {
        return Stream.generate(TestRegistry::newUser)
                .limit(users)
                .map(user -> registry.begin(Verb.PROVISION, user))
                .toList();
    }

    private List<Operation> give() {
        return turns.give(registry.product);
    }

    @Test
    void firstComeFirstServedAndNeverMoreThanThePolicySays() {
        List<Operation> all = provision(4);
        assertThat(all).allMatch(Operation::waiting);

        List<Operation> first = give();
        assertThat(first).extracting(Operation::operationId).containsExactlyInAnyOrder(id(all, 0), id(all, 1));
        assertThat(first).noneMatch(Operation::waiting);
        assertThat(give()).isEmpty();
        registry.succeed(first.get(0));
        assertThat(give()).extracting(Operation::operationId).containsExactly(id(all, 2));
    }

    private static OperationId id(List<Operation> operations, int index) {
        return operations.get(index).operationId();
    }

    @Test
    void whoWaitsIsNotStartedByTheRelay() {
        List<Operation> all = provision(3);
        give();

        List<Operation> claimed = registry.jdbi.withExtension(
                OperationDao.class,
                operations -> operations.claimUnattended(Duration.ZERO, Duration.ofHours(1), 1_000));

        assertThat(claimed)
                .extracting(Operation::operationId)
                .contains(all.get(0).operationId(), all.get(1).operationId())
                .doesNotContain(all.get(2).operationId());
    }

    @Test
    void whoIsStoppedWhileWaitingTakesNoTurn() {
        List<UserId> users = Stream.generate(TestRegistry::newUser).limit(3).toList();
        users.forEach(user -> registry.begin(Verb.PROVISION, user));
        registry.begin(Verb.STOP, users.get(0));

        assertThat(give()).extracting(Operation::userId).containsExactlyInAnyOrder(users.get(1), users.get(2));
    }

    @Test
    void aPolicyThatIsLiftedLetsAllGo() {
        provision(5);
        new Products(registry.jdbi).replacePolicy(registry.product, Policy.UNLIMITED, Actor.SYSTEM);

        assertThat(turns.giveAll()).hasSizeGreaterThanOrEqualTo(5);
        assertThat(registry.begin(Verb.PROVISION, TestRegistry.newUser()).waiting())
                .isFalse();
    }

    @Test
    void whoFindsNothingToGiveDoesNotQueueForTheProduct() {
        List<Operation> all = provision(3);
        assertThat(turns.giveNext(registry.product)).hasSize(2);

        registry.jdbi.useTransaction(busy -> {
            busy.attach(ProductDao.class).lockPolicy(registry.product);
            assertThat(turns.giveNext(registry.product)).as("no turn is free").isEmpty();
        });

        registry.succeed(all.get(0));
        assertThat(turns.giveNext(registry.product))
                .extracting(Operation::operationId)
                .containsExactly(id(all, 2));
    }

    @Test
    void otherProductsAndOtherVerbsDoNotWait() {
        UserId user = registry.stoppedUser();

        assertThat(registry.begin(Verb.START, user).waiting()).isFalse();
        assertThat(TestRegistry.on(db)
                        .begin(Verb.PROVISION, TestRegistry.newUser())
                        .waiting())
                .isFalse();
    }

    @Test
    void manyWhoGiveTurnsAtOnceGiveNotTooMany() throws Exception {
        provision(20);
        ExecutorService crowd = Executors.newFixedThreadPool(8);
        Callable<List<Operation>> one = this::give;
        List<Operation> given = new ArrayList<>();
        for (Future<List<Operation>> each :
                crowd.invokeAll(Stream.generate(() -> one).limit(16).toList())) {
            given.addAll(each.get());
        }
        crowd.shutdown();

        assertThat(given).hasSize(2);
    }
}
