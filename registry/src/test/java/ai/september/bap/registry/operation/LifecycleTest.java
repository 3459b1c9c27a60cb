package ai.september.bap.registry.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Products;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LifecycleTest {

    private static final AdmitFlags AUTO_PROVISION = new AdmitFlags(true, false);
    private static final ImageRef OTHER_IMAGE = new ImageRef("september-engine:2.4.0");

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    @Test
    void manyAdmitsOfOneNewUserMakeOneEngineByOneOperation() throws Exception {
        TestRegistry registry = TestRegistry.on(db);
        UserId user = TestRegistry.newUser();
        AtomicInteger begun = new AtomicInteger();
        Set<OperationId> operations = ConcurrentHashMap.newKeySet();

        Crowd.of(40, member -> {
            for (int again = 0; again < 5; again++) {
                Accepted.Waiting waiting = (Accepted.Waiting) registry.request(Verb.ADMIT, user, AUTO_PROVISION);
                operations.add(waiting.operation().operationId());
                begun.addAndGet(waiting.begun() ? 1 : 0);
            }
        });

        assertThat(operations).hasSize(1);
        assertThat(begun).hasValue(1);
        assertThat(registry.engine(user).fence()).isEqualTo(1);
    }

    @Test
    void theQuotaHoldsHoweverManyAskAtOnceAndWhateverIsDestroyedMeanwhile() throws Exception {
        TestRegistry registry = TestRegistry.on(db, new Policy(5, null));
        Queue<UserId> admitted = new ConcurrentLinkedQueue<>();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();

        Crowd.of(60, number -> {
            UserId user = TestRegistry.newUser();
            try {
                registry.succeed(registry.begin(number % 2 == 0 ? Verb.PROVISION : Verb.ADMIT, user));
                admitted.add(user);
            } catch (BapException full) {
                assertThat(full.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
                assertThat(full).hasMessage("Product at max_engines limit (5).");
                refused.incrementAndGet();
            }
            most.accumulateAndGet((int) engines(registry), Math::max);
            if (number % 3 == 0) {
                UserId leaving = admitted.poll();
                if (leaving != null) {
                    registry.succeed(registry.begin(Verb.DESTROY, leaving));
                }
            }
        });
        long left = engines(registry);
        for (long more = left; more < 5; more++) {
            registry.runningUser();
        }

        assertThat(most).hasValueLessThanOrEqualTo(5);
        assertThat(left).isEqualTo(admitted.size());
        assertThat(refused).hasPositiveValue();
        assertRefused(registry, Verb.PROVISION, TestRegistry.newUser(), ErrorCode.QUOTA_EXCEEDED);
    }

    @Test
    void aFailedEngineHasItsPlaceInTheQuotaAndItsRetryNeedsNoSecondOne() {
        TestRegistry registry = TestRegistry.on(db, new Policy(1, null));
        UserId user = registry.neverRanUser();
        EngineRow failed = registry.engine(user);

        assertRefused(registry, Verb.PROVISION, TestRegistry.newUser(), ErrorCode.QUOTA_EXCEEDED);
        registry.succeed(registry.begin(Verb.ADMIT, user));

        EngineRow retried = registry.engine(user);
        assertThat(retried.status()).isEqualTo(EngineStatus.RUNNING);
        assertThat(retried.engineId()).isEqualTo(failed.engineId());
        assertThat(retried.keyHash()).isEqualTo(failed.keyHash());
        assertThat(retried.keyToken()).isEqualTo(failed.keyToken());
        assertThat(retried.port()).isNotNull();
    }

    @Test
    void whatAnImagesNameMeansIsKeptUntilAProvisionIsRepeated() {
        TestRegistry registry = TestRegistry.on(db);
        UserId user = TestRegistry.newUser();
        OperationId provision = registry.begin(Verb.PROVISION, user).operationId();
        assertThat(registry.ledger.order(provision).imageId()).isNull();
        registry.ledger.recordImage(provision, "sha256:first");
        assertThat(registry.ledger.order(provision).imageId()).isEqualTo("sha256:first");
        registry.ledger.failed(provision, TestRegistry.FAILURE);

        Operation repeated = registry.begin(Verb.PROVISION, user);
        assertThat(registry.engine(user).imageId())
                .as("the image may have been mended")
                .isNull();
        registry.ledger.recordImage(repeated.operationId(), "sha256:second");
        registry.succeed(repeated);

        registry.succeed(registry.begin(Verb.STOP, user));
        registry.succeed(registry.begin(Verb.START, user));
        assertThat(registry.engine(user).imageId()).isEqualTo("sha256:second");
    }

    @Test
    void aLoweredQuotaLeavesEnginesAloneAndLetsNoNewOneIn() {
        TestRegistry registry = TestRegistry.on(db);
        UserId user = registry.runningUser();
        registry.runningUser();

        new Products(registry.jdbi).replacePolicy(registry.product, new Policy(1, null), Actor.admin("tests"));

        assertRefused(registry, Verb.PROVISION, TestRegistry.newUser(), ErrorCode.QUOTA_EXCEEDED);
        assertThat(registry.request(Verb.ADMIT, user)).isInstanceOf(Accepted.Running.class);
        assertThat(engines(registry)).isEqualTo(2);
    }

    @Test
    void aQuotaOfZeroLetsNobodyIn() {
        TestRegistry registry = TestRegistry.on(db, new Policy(0, null));

        assertRefused(registry, Verb.ADMIT, TestRegistry.newUser(), ErrorCode.QUOTA_EXCEEDED);
    }

    @Test
    void theRetrysImageWinsAndAnotherImageIsAnotherContainer() {
        TestRegistry registry = TestRegistry.on(db);
        UserId user = registry.neverRanUser();
        int incarnation = registry.engine(user).incarnation();

        registry.request(Verb.PROVISION, user, AdmitFlags.NONE, OTHER_IMAGE);

        assertThat(registry.engine(user).image()).isEqualTo(OTHER_IMAGE);
        assertThat(registry.engine(user).incarnation()).isGreaterThan(incarnation);
    }

    @Test
    void aStartIsARetryWithTheImageThatWasAskedFor() {
        TestRegistry registry = TestRegistry.on(db);
        UserId user = TestRegistry.newUser();
        Accepted.Waiting first =
                (Accepted.Waiting) registry.request(Verb.PROVISION, user, AdmitFlags.NONE, OTHER_IMAGE);
        registry.ledger.failed(first.operation().operationId(), TestRegistry.FAILURE);

        Operation retry = registry.begin(Verb.START, user);

        assertThat(retry.kind()).isEqualTo(OperationKind.PROVISION);
        assertThat(registry.engine(user).image()).isEqualTo(OTHER_IMAGE);
    }

    @Test
    void anImageThatIsAskedForWhenTheEngineExistsChangesNothing() {
        TestRegistry registry = TestRegistry.on(db);
        UserId user = registry.stoppedUser();

        registry.request(Verb.START, user, AdmitFlags.NONE, OTHER_IMAGE);

        assertThat(registry.engine(user).image()).isEqualTo(TestRegistry.IMAGE);
    }

    @Test
    void aDestroyedUserCanHaveANewEngine() {
        TestRegistry registry = TestRegistry.on(db);
        UserId user = registry.runningUser();
        EngineId first = registry.engine(user).engineId();

        registry.succeed(registry.begin(Verb.DESTROY, user));
        registry.succeed(registry.begin(Verb.ADMIT, user));

        assertThat(registry.engine(user).engineId()).isNotEqualTo(first);
    }

    @Test
    void theSameUserOfTwoProductsHasTwoEngines() {
        TestRegistry one = TestRegistry.on(db);
        TestRegistry two = TestRegistry.on(db);
        UserId user = one.runningUser();

        assertRefused(two, Verb.STOP, user, ErrorCode.ENGINE_NOT_FOUND);
        two.succeed(two.begin(Verb.PROVISION, user));

        assertThat(two.engine(user).engineId()).isNotEqualTo(one.engine(user).engineId());
    }

    @Test
    void aStopThatPreemptsARotationLeavesTheOldKeyAndNoContainerWithTheNewOne() {
        TestRegistry registry = TestRegistry.on(db);
        UserId user = registry.runningUser();
        EngineRow before = registry.engine(user);
        registry.begin(Verb.ROTATE_KEY, user);
        EngineRow rotating = registry.engine(user);

        registry.succeed(registry.begin(Verb.STOP, user));

        EngineRow stopped = registry.engine(user);
        assertThat(stopped.effectiveKeyHash()).isEqualTo(before.keyHash());
        assertThat(stopped.keyToken()).isEqualTo(before.keyToken());
        assertThat(stopped.incarnation()).isGreaterThan(rotating.incarnation());
    }

    @Test
    void whoPreemptsAndIsPreemptedIsToldByWhat() {
        TestRegistry registry = TestRegistry.on(db);
        UserId user = TestRegistry.newUser();
        Operation provision = registry.begin(Verb.PROVISION, user);
        Operation stop = registry.begin(Verb.STOP, user);
        Operation destroy = registry.begin(Verb.DESTROY, user);

        assertThat(registry.operation(provision.operationId()).supersededBy()).isEqualTo(stop.operationId());
        assertThat(registry.operation(stop.operationId()).supersededBy()).isEqualTo(destroy.operationId());
        assertThat(registry.engine(user).fence()).isEqualTo(3);
    }

    @Test
    void whatWasPreemptedIsToldOnceAfterTheCommitAndAuditedWithTheStateThatFollows() {
        TestRegistry registry = TestRegistry.on(db);
        UserId user = TestRegistry.newUser();
        List<Operation> told = new ArrayList<>();
        Lifecycle lifecycle = new Lifecycle(registry.jdbi, TestRegistry::newKey, ended -> {
            assertThat(registry.operation(ended.operationId()).status()).isEqualTo(OperationStatus.CANCELLED);
            told.add(ended);
        });
        Operation provision = registry.begin(Verb.PROVISION, user);

        lifecycle.request(LifecycleRequest.of(
                Verb.DESTROY, registry.product, user, Actor.SYSTEM, TestRegistry.IMAGE, AdmitFlags.NONE));

        assertThat(told).singleElement().satisfies(ended -> {
            assertThat(ended.operationId()).isEqualTo(provision.operationId());
            assertThat(ended.status()).isEqualTo(OperationStatus.CANCELLED);
        });
        assertThat(registry.audit(user).get(0).metadata().get("engine_status").asText())
                .isEqualTo("destroying");
    }

    @Test
    void aProvisionThatIsRepeatedOnAnotherPortAdoptsNoContainerOfTheOldOne() {
        TestRegistry registry = TestRegistry.on(db);
        UserId user = registry.neverRanUser();
        EngineRow before = registry.engine(user);

        registry.begin(Verb.PROVISION, user);

        assertThat(before.port()).isNull();
        assertThat(registry.engine(user).incarnation()).isGreaterThan(before.incarnation());
    }

    @Test
    void ofTwoWhoPreemptAtOnceOneDoesAndTheOtherJoins() throws Exception {
        TestRegistry registry = TestRegistry.on(db);
        UserId user = TestRegistry.newUser();
        registry.begin(Verb.PROVISION, user);
        AtomicInteger begun = new AtomicInteger();

        Crowd.of(8, member -> {
            Accepted.Waiting waiting = (Accepted.Waiting) registry.request(Verb.DESTROY, user);
            begun.addAndGet(waiting.begun() ? 1 : 0);
        });

        assertThat(begun).hasValue(1);
    }

    @Test
    void anEngineThatShouldBeUpIsRestoredOnceByTheSystem() {
        TestRegistry registry = TestRegistry.on(db);
        UserId user = registry.runningUser();
        EngineId engine = registry.engine(user).engineId();

        Operation start = registry.lifecycle.restore(engine).orElseThrow();

        assertThat(start.kind()).isEqualTo(OperationKind.START);
        assertThat(start.actor()).isEqualTo("system");
        assertThat(registry.engine(user).status()).isEqualTo(EngineStatus.RUNNING);
        assertThat(registry.lifecycle.restore(engine)).as("one is under way").isEmpty();
        registry.succeed(start);
        assertThat(registry.audit(user).get(0).actor()).isEqualTo("system");
    }

    @Test
    void anEngineThatShouldNotBeUpIsNotRestored() {
        TestRegistry registry = TestRegistry.on(db);

        for (UserId user : List.of(registry.stoppedUser(), registry.failedUser(), registry.sleepingUser())) {
            assertThat(registry.lifecycle.restore(registry.engine(user).engineId()))
                    .isEmpty();
        }
        assertThat(registry.lifecycle.restore(EngineId.random())).isEmpty();
    }

    @Test
    void aProductThatIsGoneIsSaidToBe() {
        TestRegistry registry = TestRegistry.on(db);

        assertThatThrownBy(() -> registry.lifecycle.request(LifecycleRequest.of(
                        Verb.PROVISION,
                        ProductId.random(),
                        TestRegistry.newUser(),
                        Actor.SYSTEM,
                        TestRegistry.IMAGE,
                        AdmitFlags.NONE)))
                .isInstanceOfSatisfying(
                        BapException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PRODUCT_NOT_FOUND));
    }

    @Test
    void onlyUnattendedOperationsAreClaimedAndEachByOneRelay() throws Exception {
        TestRegistry registry = TestRegistry.on(db);
        UserId user = TestRegistry.newUser();
        Operation unstarted = registry.begin(Verb.PROVISION, user);
        Operation attended = registry.begin(Verb.PROVISION, TestRegistry.newUser());
        registry.ledger.recordRun(attended.operationId(), "run");
        Operation ended = registry.begin(Verb.PROVISION, TestRegistry.newUser());
        registry.succeed(ended);
        Queue<OperationId> claimed = new ConcurrentLinkedQueue<>();

        Crowd.of(
                4,
                relay -> registry.jdbi.useExtension(
                        OperationDao.class,
                        operations -> operations
                                .claimUnattended(Duration.ofNanos(1000), Duration.ofHours(1), 100)
                                .forEach(operation -> claimed.add(operation.operationId()))));

        assertThat(claimed)
                .contains(unstarted.operationId())
                .doesNotContain(attended.operationId(), ended.operationId());
        List<Operation> again = registry.jdbi.withExtension(
                OperationDao.class,
                operations -> operations.claimUnattended(Duration.ofHours(1), Duration.ofHours(1), 100));
        assertThat(again).isEmpty();
    }

    private static void assertRefused(TestRegistry registry, Verb verb, UserId user, ErrorCode code) {
        assertThatThrownBy(() -> registry.request(verb, user, AUTO_PROVISION))
                .isInstanceOfSatisfying(
                        BapException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    private static long engines(TestRegistry registry) {
        return registry.jdbi.withExtension(EngineDao.class, engines -> engines.count(registry.product));
    }
}
