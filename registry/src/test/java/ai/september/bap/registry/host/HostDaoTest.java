package ai.september.bap.registry.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.InstallationId;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HostDaoTest {

    private static final Duration SILENCE = Duration.ofSeconds(30);

    @RegisterExtension
    final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;
    private HostDao hosts;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        hosts = registry.jdbi.onDemand(HostDao.class);
    }

    @Test
    void withoutAHostThereIsNoChoice() {
        registry.jdbi.useHandle(handle -> handle.execute("DELETE FROM hosts"));

        assertThat(hosts.choose(SILENCE, null)).isEmpty();
    }

    @Test
    void aHostThatLivesComesBeforeASilentOneAndTheEmptierBeforeTheFuller() {
        registry.begin(Verb.PROVISION, TestRegistry.newUser());
        HostId empty = new HostId("z-empty");
        hosts.announce(HostOffer.of(empty, "subprocess", 1, 2));
        assertThat(chosen()).contains(empty);

        registry.jdbi.useHandle(handle -> handle.execute(
                "UPDATE hosts SET heartbeat_at = now() - interval '1 minute' WHERE host_id = 'z-empty'"));
        assertThat(chosen()).contains(registry.host);
        hosts.heartbeat(empty);
        assertThat(chosen()).contains(empty);
    }

    @Test
    void aHostWithoutAFreePortIsPassedOverUnlessThereIsNoOther() {
        TestRegistry small = TestRegistry.withPorts(db, 1);
        hosts.announce(HostOffer.of(registry.host, "subprocess", 9001, 9001));
        registry.begin(Verb.PROVISION, TestRegistry.newUser());
        hosts.announce(HostOffer.of(small.host, "subprocess", 9001, 9002));
        assertThat(chosen()).contains(small.host);

        small.begin(Verb.PROVISION, TestRegistry.newUser());
        small.begin(Verb.PROVISION, TestRegistry.newUser());
        assertThat(chosen()).as("all are full").isPresent();
    }

    @Test
    void aHostWithoutFreeMemoryIsPassedOver() {
        TestRegistry other = TestRegistry.on(db);
        hosts.announce(HostOffer.of(registry.host, "docker", 9001, 9999).withMemory(512, 256, 256));
        registry.begin(Verb.PROVISION, TestRegistry.newUser());
        hosts.announce(HostOffer.of(other.host, "docker", 9001, 9999).withMemory(255, 256, 256));
        assertThat(chosen()).as("it is emptier, and full").contains(registry.host);
    }

    @Test
    void anEngineOfItsOwnSizeGoesWhereItFits() {
        TestRegistry other = TestRegistry.on(db);
        hosts.announce(HostOffer.of(registry.host, "docker", 9001, 9999).withMemory(255, 256, 256));
        registry.begin(Verb.PROVISION, TestRegistry.newUser());
        hosts.announce(HostOffer.of(registry.host, "docker", 9001, 9999).withMemory(1023, 256, 2048));
        hosts.announce(HostOffer.of(other.host, "docker", 9001, 9999).withMemory(2048, 256, 2048));

        assertThat(chosen()).as("the emptier").contains(registry.host);
        assertThat(hosts.choose(SILENCE, 1024L).map(Host::hostId))
                .as("where it fits")
                .contains(other.host);
    }

    @Test
    void aHostWhoseDaemonIsSilentBesideALiveWorkerIsAway() {
        assertThat(hosts.countAway(SILENCE)).isZero();
        UUID worker = UUID.randomUUID();
        hosts.heartbeat(worker, registry.host, null);
        assertThat(hosts.countAway(SILENCE)).isZero();

        registry.jdbi.useHandle(handle -> handle.execute("UPDATE hosts SET heartbeat_at = 'epoch'"));
        assertThat(hosts.countAway(SILENCE)).isEqualTo(1);

        hosts.leave(worker);
        assertThat(hosts.countAway(SILENCE)).as("nobody is there to know").isZero();
    }

    @Test
    void anInstallationHasOneIdForEver() {
        InstallationId id = registry.jdbi.withExtension(InstallationDao.class, InstallationDao::id);

        assertThat(registry.jdbi.withExtension(InstallationDao.class, InstallationDao::id))
                .isEqualTo(id);
        assertThatThrownBy(() -> registry.jdbi.useHandle(
                        handle -> handle.execute("INSERT INTO installation (only_row) VALUES (true)")))
                .hasMessageContaining("installation_pk");
    }

    @Test
    void aSilentHostIsBetterThanNone() {
        registry.jdbi.useHandle(handle -> handle.execute("UPDATE hosts SET heartbeat_at = 'epoch'"));

        assertThat(chosen()).contains(registry.host);
    }

    @Test
    void anAnnouncementIsRepeatedWithWhatHasChanged() {
        hosts.announce(HostOffer.of(registry.host, "docker", 10_000, 10_001));

        assertThat(hosts.choose(SILENCE, null)).hasValueSatisfying(host -> {
            assertThat(host.hostId()).isEqualTo(registry.host);
            assertThat(host.backend()).isEqualTo("docker");
            assertThat(host.portMin()).isEqualTo(10_000);
            assertThat(host.portMax()).isEqualTo(10_001);
        });
    }

    @Test
    void aHostIsClaimedByOneUntilItIsGivenUpOrItsSessionEnds() throws Exception {
        HostClaim first =
                HostClaim.take(registry.jdbi, registry.host, Duration.ZERO).orElseThrow();
        assertThat(HostClaim.take(registry.jdbi, registry.host, Duration.ofMillis(1)))
                .isEmpty();
        assertThat(HostClaim.take(registry.jdbi, new HostId("another"), Duration.ZERO))
                .isPresent();

        first.close();
        HostClaim lost =
                HostClaim.take(registry.jdbi, registry.host, Duration.ZERO).orElseThrow();

        db.cutOff();
        db.restore();
        assertThat(HostClaim.take(TestRegistry.on(db).jdbi, registry.host, Duration.ofSeconds(10)))
                .as("whoever had it is gone")
                .isPresent();
        assertThatCode(lost::close).doesNotThrowAnyException();
    }

    @Test
    void aClaimThatItsSessionLostIsTakenAgainUnlessSomebodyElseWasFaster() throws Exception {
        HostClaim kept =
                HostClaim.take(registry.jdbi, registry.host, Duration.ZERO).orElseThrow();
        db.cutOff();
        assertThatThrownBy(kept::keep).isInstanceOf(JdbiException.class);
        db.restore();
        assertThat(isKept(kept)).isTrue();
        assertThat(HostClaim.take(registry.jdbi, registry.host, Duration.ZERO)).isEmpty();

        db.cutOff();
        db.restore();
        try (HostClaim faster = HostClaim.take(TestRegistry.on(db).jdbi, registry.host, Duration.ofSeconds(10))
                .orElseThrow()) {
            assertThat(isKept(kept)).isFalse();
            assertThat(faster.keep()).isTrue();
        }
        assertThat(isKept(kept)).as("given up by the other").isTrue();
        kept.close();
    }

    /** As a worker does it, again and again: connections in its pool may be dead, too. */
    private static boolean isKept(HostClaim claim) {
        AtomicBoolean kept = new AtomicBoolean();
        Await.atMost(Duration.ofSeconds(10), "the database answers")
                .ignoreExceptionsInstanceOf(JdbiException.class)
                .untilAsserted(() -> kept.set(claim.keep()));
        return kept.get();
    }

    @Test
    void workersCountWhileTheyAreHeard() {
        UUID one = UUID.randomUUID();
        UUID two = UUID.randomUUID();
        hosts.heartbeat(one, registry.host, null);
        hosts.heartbeat(two, registry.host, null);
        hosts.heartbeat(two, registry.host, null);
        assertThat(hosts.countLive(SILENCE)).isEqualTo(2);

        registry.jdbi.useHandle(handle -> handle.createUpdate(
                        "UPDATE workers SET heartbeat_at = now() - interval '1 minute' WHERE worker_id = :one")
                .bind("one", one)
                .execute());
        assertThat(hosts.countLive(SILENCE)).isEqualTo(1);
        assertThat(hosts.forgetSilent(SILENCE)).isEqualTo(1);
        hosts.leave(two);
        assertThat(hosts.countLive(SILENCE)).isZero();
    }

    private Optional<HostId> chosen() {
        return hosts.choose(SILENCE, null).map(Host::hostId);
    }
}
