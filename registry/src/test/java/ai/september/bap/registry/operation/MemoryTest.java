package ai.september.bap.registry.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.host.HostOffer;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Products;
import ai.september.bap.registry.product.Resources;
import ai.september.bap.testing.TestDatabase;
import java.math.BigDecimal;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A host's memory is handed out by what each engine may have, and no further; ports only where they are published. */
class MemoryTest {

    private static final long EACH = 256L << 20;

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;

    @BeforeEach
    void roomForThree() {
        registry = TestRegistry.on(db);
        announce(offer().withMemory(3 * EACH + EACH / 2, EACH, 2 * EACH));
    }

    private HostOffer offer() {
        return HostOffer.of(registry.host, "docker", 9001, 9999);
    }

    private void announce(HostOffer offer) {
        registry.jdbi.useExtension(HostDao.class, hosts -> hosts.announce(offer));
    }

    @Test
    void aProvisionBeyondTheBudgetIsRefusedAndLeavesNoRow() {
        registry.runningUser();
        registry.runningUser();
        registry.runningUser();
        UserId user = TestRegistry.newUser();

        assertFull(Verb.PROVISION, user);
        assertFull(Verb.ADMIT, user);

        assertThat(registry.findEngine(user)).isEmpty();
    }

    @Test
    void whatStopsFailsOrGoesMakesRoom() {
        UserId stopped = registry.stoppedUser();
        UserId failed = registry.failedUser();
        UserId gone = registry.runningUser();
        registry.succeed(registry.begin(Verb.DESTROY, gone));

        registry.runningUser();
        registry.runningUser();
        registry.runningUser();
        assertFull(Verb.START, stopped);
        assertFull(Verb.START, failed);
    }

    @Test
    void anEngineHoldsItsMemoryUntilItHasEnded() {
        UserId one = registry.runningUser();
        registry.runningUser();
        registry.runningUser();
        Operation stop = registry.begin(Verb.STOP, one);
        assertFull(Verb.PROVISION, TestRegistry.newUser());

        registry.succeed(stop);
        registry.succeed(registry.begin(Verb.PROVISION, TestRegistry.newUser()));

        assertFull(Verb.START, one);
    }

    @Test
    void aStartThatTouchedNothingGivesBackWhatItTook() {
        UserId user = registry.stoppedUser();
        Operation start = registry.begin(Verb.START, user);

        registry.ledger.endUntouched(start.operationId(), OperationStatus.FAILED, TestRegistry.FAILURE);

        registry.runningUser();
        registry.runningUser();
        registry.runningUser();
        assertFull(Verb.START, user);
    }

    @Test
    void aWakeNeedsMemoryOnlyIfTheSleeperHasNone() {
        UserId frozen = registry.sleepingUser();
        UserId ended = registry.sleepingUser();
        registry.jdbi.useHandle(handle -> handle.createUpdate("UPDATE engines SET memory = 0 WHERE engine_id = :id")
                .bind("id", registry.engine(ended).engineId())
                .execute());
        registry.runningUser();
        registry.runningUser();

        assertFull(Verb.ADMIT, ended);
        assertThat(registry.begin(Verb.ADMIT, frozen).kind()).isEqualTo(OperationKind.WAKE);
    }

    @Test
    void whatRunsIsNotCountedTwice() {
        UserId user = registry.runningUser();
        registry.runningUser();
        registry.runningUser();

        registry.succeed(registry.begin(Verb.ROTATE_KEY, user));
        assertThat(registry.lifecycle.restore(registry.engine(user).engineId())).isPresent();
    }

    @Test
    void anEngineThatIsBroughtBackCountsByWhatItMayHaveNow() {
        UserId user = registry.runningUser();
        announce(offer().withMemory(3 * EACH, 2 * EACH, 2 * EACH));

        assertThat(registry.lifecycle.restore(registry.engine(user).engineId())).isPresent();

        assertFull(Verb.PROVISION, TestRegistry.newUser());
    }

    @Test
    void enginesThatRanAreBroughtBackThoughTheHostHasShrunk() {
        announce(offer());
        UserId one = registry.runningUser();
        UserId other = registry.runningUser();
        announce(offer().withMemory(EACH, EACH, EACH));

        assertThat(registry.lifecycle.restore(registry.engine(one).engineId())).isPresent();
        assertThat(registry.lifecycle.restore(registry.engine(other).engineId()))
                .isPresent();

        assertFull(Verb.PROVISION, TestRegistry.newUser());
    }

    @Test
    void aProductsOwnSizeIsWhatIsSetAside() {
        set(new Resources(128, null, null));
        for (int i = 0; i < 7; i++) {
            registry.runningUser();
        }

        assertFull(Verb.PROVISION, TestRegistry.newUser());
    }

    @Test
    void beyondTheOperatorsMaximumNothingIsSetAside() {
        set(new Resources(4096, null, null));

        registry.runningUser();

        set(null);
        registry.runningUser();
        assertFull(Verb.PROVISION, TestRegistry.newUser());
    }

    @Test
    void aNewSizeCountsFromTheNextStartOnAndGoesWithItsOrder() {
        UserId user = registry.runningUser();
        registry.runningUser();
        set(new Resources(512, new BigDecimal("0.5"), 64));
        registry.succeed(registry.begin(Verb.STOP, user));
        Operation start = registry.begin(Verb.START, user);
        set(new Resources(64, null, null));

        assertThat(registry.ledger.order(start.operationId()).resources())
                .as("as it was when the operation began: that is what was set aside")
                .isEqualTo(new Resources(512, new BigDecimal("0.5"), 64));
        set(null);
        assertFull(Verb.PROVISION, TestRegistry.newUser());
        registry.succeed(start);
        Operation restart =
                registry.lifecycle.restore(registry.engine(user).engineId()).orElseThrow();
        assertThat(registry.ledger.order(restart.operationId()).resources()).isEqualTo(Resources.USUAL);
    }

    @Test
    void aWorkerThatKnowsOfNoMaximumGivesEachTheSame() {
        registry.jdbi.useHandle(handle -> handle.execute("UPDATE hosts SET engine_memory_max = NULL"));
        set(new Resources(512, null, null));

        registry.runningUser();
        registry.runningUser();
        registry.runningUser();

        assertFull(Verb.PROVISION, TestRegistry.newUser());
    }

    private void set(@Nullable Resources resources) {
        new Products(registry.jdbi)
                .replacePolicy(registry.product, new Policy(null, null, null, null, resources), Actor.admin("tests"));
    }

    @Test
    void thirtyAtOnceGetExactlyWhatThereIs() throws Exception {
        AtomicInteger provisioned = new AtomicInteger();

        Crowd.of(30, member -> provisioned.addAndGet(isProvisioned() ? 1 : 0));

        assertThat(provisioned).hasValue(3);
    }

    private boolean isProvisioned() {
        try {
            registry.begin(Verb.PROVISION, TestRegistry.newUser());
            return true;
        } catch (BapException full) {
            assertThat(full.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            return false;
        }
    }

    @Test
    void whereNobodyCountsThereIsNoLimit() {
        announce(offer());

        for (int i = 0; i < 5; i++) {
            registry.runningUser();
        }
    }

    @Test
    void aHostWithoutPublishedPortsIsNotLimitedByThem() {
        announce(HostOffer.of(registry.host, "docker", 9001, 9001).withoutPorts());

        registry.runningUser();
        UserId user = registry.runningUser();

        assertThat(registry.engine(user).port()).isNull();
        assertThat(registry.ledger
                        .order(registry.begin(Verb.ROTATE_KEY, user).operationId())
                        .port())
                .isNull();
    }

    @Test
    void whetherPortsArePublishedTakesEffectAtTheNextStart() {
        UserId user = registry.stoppedUser();
        assertThat(registry.engine(user).port()).isNotNull();
        announce(offer().withoutPorts());
        registry.succeed(registry.begin(Verb.START, user));
        assertThat(registry.engine(user).port()).isNull();
        registry.succeed(registry.begin(Verb.STOP, user));
        int incarnation = registry.engine(user).incarnation();

        announce(offer());
        registry.succeed(registry.begin(Verb.START, user));

        assertThat(registry.engine(user).port()).isNotNull();
        assertThat(registry.engine(user).incarnation()).isEqualTo(incarnation + 1);
    }

    private void assertFull(Verb verb, UserId user) {
        assertThatThrownBy(() -> registry.begin(verb, user))
                .isInstanceOfSatisfying(
                        BapException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE))
                .hasMessageContaining("ORCH_HOST_MEMORY_BUDGET");
    }
}
