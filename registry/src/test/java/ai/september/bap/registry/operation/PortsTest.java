package ai.september.bap.registry.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.testing.TestDatabase;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PortsTest {

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    @Test
    void aNewEngineGetsTheLowestFreePort() {
        TestRegistry registry = TestRegistry.withPorts(db, 10);
        List<UserId> users = Stream.generate(registry::runningUser).limit(4).toList();
        registry.succeed(registry.begin(Verb.DESTROY, users.get(1)));
        registry.succeed(registry.begin(Verb.DESTROY, users.get(2)));

        assertThat(registry.engine(registry.runningUser()).port()).isEqualTo(9002);
        assertThat(registry.engine(registry.runningUser()).port()).isEqualTo(9003);
        assertThat(registry.engine(registry.runningUser()).port()).isEqualTo(9005);
    }

    @Test
    void aDestroyUnderWayStillHoldsItsPort() {
        TestRegistry registry = TestRegistry.withPorts(db, 1);
        Operation destroy = registry.begin(Verb.DESTROY, registry.runningUser());

        assertExhausted(registry, Verb.PROVISION, TestRegistry.newUser());
        registry.succeed(destroy);

        assertThat(registry.engine(registry.runningUser()).port()).isEqualTo(9001);
    }

    @Test
    void withoutAFreePortThereIsNoRow() {
        TestRegistry registry = TestRegistry.withPorts(db, 2);
        registry.runningUser();
        registry.runningUser();
        UserId user = TestRegistry.newUser();

        assertExhausted(registry, Verb.PROVISION, user);
        assertExhausted(registry, Verb.ADMIT, user);

        assertThat(registry.findEngine(user)).isEmpty();
        assertThat(registry.contents(user)).as("nothing but the totals").hasLineCount(1);
    }

    @Test
    void aRetryThatFindsNoPortLeavesTheRowAsItWas() {
        TestRegistry registry = TestRegistry.withPorts(db, 1);
        UserId user = registry.neverRanUser();
        UserId other = registry.runningUser();
        String contents = registry.contents(user);

        assertExhausted(registry, Verb.PROVISION, user);

        assertThat(registry.contents(user)).isEqualTo(contents);
        registry.succeed(registry.begin(Verb.DESTROY, other));
        registry.succeed(registry.begin(Verb.PROVISION, user));
        assertThat(registry.engine(user).port()).isEqualTo(9001);
    }

    @Test
    void anEngineThatWasStoppedBeforeItEverRanGetsAPortWhenItIsStarted() {
        TestRegistry registry = TestRegistry.withPorts(db, 2);
        UserId user = registry.neverRanUser();
        registry.succeed(registry.begin(Verb.STOP, user));
        assertThat(registry.engine(user).port()).isNull();

        Operation start = registry.begin(Verb.START, user);

        assertThat(registry.ledger.order(start.operationId()).port()).isEqualTo(9001);
    }

    private static Operation recoveryWithoutPort(TestRegistry registry, UserId user) {
        Operation recovery = registry.fail(user);
        registry.jdbi.useExtension(EngineDao.class, engines -> engines.dropPort(recovery.engineId()));
        return recovery;
    }

    @Test
    void anEngineThatIsRecoveredWithoutAPortGetsOneWithItsLaunch() {
        TestRegistry registry = TestRegistry.withPorts(db, 1);
        UserId user = registry.runningUser();
        Operation recovery = recoveryWithoutPort(registry, user);
        int before = registry.engine(user).incarnation();

        assertThat(registry.ledger.launchOrder(recovery.operationId()).port()).isEqualTo(9001);
        assertThat(registry.ledger.launchOrder(recovery.operationId()).engine().incarnation())
                .as("a container without one is not adopted, and none is made twice")
                .isEqualTo(before + 1);
    }

    @Test
    void anEngineThatIsRecoveredWithoutAPortIsToldWhenAllAreTaken() {
        TestRegistry registry = TestRegistry.withPorts(db, 1);
        Operation recovery = recoveryWithoutPort(registry, registry.runningUser());
        registry.runningUser();

        assertThatThrownBy(() -> registry.ledger.launchOrder(recovery.operationId()))
                .isInstanceOfSatisfying(
                        BapException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PORT_EXHAUSTION));
    }

    @Test
    void portsAreUniqueHoweverManyAskAtOnce() throws Exception {
        TestRegistry registry = TestRegistry.withPorts(db, 40);
        Crowd.of(60, number -> {
            try {
                registry.begin(Verb.PROVISION, TestRegistry.newUser());
            } catch (BapException refused) {
                assertThat(refused.code()).isEqualTo(ErrorCode.PORT_EXHAUSTION);
            }
        });

        List<Integer> ports = registry.jdbi.withHandle(
                handle -> handle.createQuery("SELECT port FROM engines WHERE product_id = :p ORDER BY port")
                        .bind("p", registry.product)
                        .mapTo(Integer.class)
                        .list());
        assertThat(ports)
                .containsExactlyElementsOf(IntStream.range(9001, 9041).boxed().toList());
    }

    @Test
    void twoHostsHaveTheirPortsToThemselves() {
        TestRegistry one = TestRegistry.withPorts(db, 1);
        EngineRow first = one.engine(one.runningUser());
        TestRegistry two = TestRegistry.withPorts(db, 1);
        EngineRow second = two.engine(two.runningUser());

        assertThat(first.port()).isEqualTo(second.port()).isEqualTo(9001);
        assertThat(first.hostId()).isNotEqualTo(second.hostId());
    }

    @Test
    void aPortThatAStrangerHoldsIsLeftForTheNextFreeOneAndThenTheLowest() {
        TestRegistry three = TestRegistry.withPorts(db, 3);
        Operation first = three.begin(Verb.PROVISION, TestRegistry.newUser());
        Operation second = three.begin(Verb.PROVISION, TestRegistry.newUser());

        assertThat(three.ledger.order(first.operationId()).port()).isEqualTo(9001);
        assertThat(three.ledger.reassignPort(first.operationId())).isEqualTo(9003);
        assertThat(three.ledger.reassignPort(first.operationId())).isEqualTo(9001);
        assertThat(three.ledger.reassignPort(second.operationId())).isEqualTo(9003);
        assertThat(three.engine(second.userId()).port()).isEqualTo(9003);
    }

    @Test
    void withoutAnyOtherFreePortThePresentOneStays() {
        TestRegistry one = TestRegistry.withPorts(db, 1);
        Operation operation = one.begin(Verb.PROVISION, TestRegistry.newUser());

        assertThatThrownBy(() -> one.ledger.reassignPort(operation.operationId()))
                .isInstanceOfSatisfying(
                        BapException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PORT_EXHAUSTION));
        assertThat(one.engine(operation.userId()).port()).isEqualTo(9001);
    }

    private static void assertExhausted(TestRegistry registry, Verb verb, UserId user) {
        assertThatThrownBy(() -> registry.begin(verb, user))
                .isInstanceOfSatisfying(
                        BapException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PORT_EXHAUSTION));
    }
}
