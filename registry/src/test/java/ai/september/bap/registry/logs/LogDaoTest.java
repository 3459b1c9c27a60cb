package ai.september.bap.registry.logs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.host.HostOffer;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.testing.TestDatabase;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LogDaoTest {

    private static final Duration SILENCE = Duration.ofSeconds(15);
    private static final Duration A_WHILE = Duration.ofMinutes(1);

    @RegisterExtension
    final TestDatabase db = TestRegistry.database();

    private final UUID worker = UUID.randomUUID();
    private final EngineId engine = EngineId.random();
    private final LogTicket ticket = LogTicket.random(new SecureRandom());
    private TestRegistry registry;
    private HostDao hosts;
    private LogDao logs;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        hosts = registry.jdbi.onDemand(HostDao.class);
        logs = registry.jdbi.onDemand(LogDao.class);
        hosts.heartbeat(worker, registry.host, "worker:8090");
    }

    @Test
    void outputIsServedByLiveWorkersOfTheHostThatSayWhere() {
        UUID silent = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        HostId other = new HostId("other");
        hosts.announce(HostOffer.of(other, "docker", 1, 2));
        hosts.heartbeat(UUID.randomUUID(), other, "other:8090");
        hosts.heartbeat(UUID.randomUUID(), registry.host, null);
        hosts.heartbeat(silent, registry.host, "silent:8090");
        hosts.heartbeat(second, registry.host, "before:8090");
        hosts.heartbeat(second, registry.host, "second:8090");
        registry.jdbi.useHandle(handle -> handle.execute(
                "UPDATE workers SET heartbeat_at = now() - interval '16 seconds' WHERE worker_id = ?", silent));

        assertThat(logs.sources(registry.host, SILENCE))
                .containsExactlyInAnyOrder(new LogSource(worker, "worker:8090"), new LogSource(second, "second:8090"));
    }

    @Test
    void aTicketIsTakenOnceAndByItsWorker() {
        UUID other = UUID.randomUUID();
        hosts.heartbeat(other, registry.host, null);
        assertThat(logs.issue(ticket.hash(), worker, engine, A_WHILE)).isEqualTo(1);

        assertThat(logs.redeem(ticket.hash(), other)).isEmpty();
        assertThat(logs.redeem(LogTicket.random(new SecureRandom()).hash(), worker))
                .isEmpty();
        assertThat(logs.redeem(ticket.hash(), worker)).contains(engine);
        assertThat(logs.redeem(ticket.hash(), worker)).isEmpty();
    }

    @Test
    void aTicketThatIsTooOldIsNoneAndItsWorkerForgetsIt() {
        logs.issue(ticket.hash(), worker, engine, Duration.ZERO);
        logs.issue(LogTicket.random(new SecureRandom()).hash(), worker, engine, A_WHILE);

        assertThat(logs.redeem(ticket.hash(), worker)).isEmpty();
        assertThat(logs.forgetExpired(UUID.randomUUID())).isZero();
        assertThat(logs.forgetExpired(worker)).isEqualTo(1);
        assertThat(logs.forgetExpired(worker)).isZero();
    }

    @Test
    void whoLeavesTakesItsTicketsAlongAndGetsNoMore() {
        logs.issue(ticket.hash(), worker, engine, A_WHILE);
        hosts.leave(worker);

        assertThat(logs.redeem(ticket.hash(), worker)).isEmpty();
        assertThat(logs.issue(ticket.hash(), worker, engine, A_WHILE)).isZero();
        assertThat(ticket).asString().doesNotContain(ticket.secret());
    }
}
