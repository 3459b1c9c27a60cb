package ai.september.bap.registry.operation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OperationListenerTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @RegisterExtension
    final TestDatabase db = TestDatabase.empty();

    private final List<OperationId> heard = new CopyOnWriteArrayList<>();
    private final AtomicInteger ticks = new AtomicInteger();
    private final AtomicInteger failingTicks = new AtomicInteger();
    private final Thread thread =
            new Thread(OperationListener.ofEnds(() -> db.dataSource().getConnection(), heard::add, this::tick));

    private void tick() {
        ticks.incrementAndGet();
        if (failingTicks.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("a poll that fails");
        }
    }

    @BeforeEach
    void listen() {
        thread.start();
        Await.atMost(SOON, "it listens").until(() -> backends().size() == 1);
    }

    @AfterEach
    void stop() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }

    @Test
    void aStrangersNotificationIsPassedOver() {
        tell("not an id");
        tell("");
        assertHears();
        assertThat(backends()).as("on the same connection").hasSize(1);
    }

    @Test
    void aPollThatFailsEndsNothing() {
        failingTicks.set(2);
        Await.atMost(SOON, "it failed, and goes on").until(() -> failingTicks.get() == 0);
        int before = ticks.get();
        Await.atMost(SOON, "it polls").until(() -> ticks.get() > before);
        Await.atMost(SOON, "it listens again").until(() -> backends().size() == 1);
        assertHears();
    }

    /** As when a machine on the way was switched off: nothing comes, and nothing says so. */
    @Test
    void aPeerThatFellSilentIsNoticed() throws Exception {
        long silent = backends().get(0);
        signal("STOP", silent);
        try {
            Await.atMost(SOON, "another connection listens")
                    .until(() -> backends().stream().anyMatch(pid -> pid != silent));
            assertHears();
        } finally {
            signal("CONT", silent);
        }
    }

    @Test
    void wakesOfOtherHostsAreNotHeard() throws InterruptedException {
        List<OperationId> wakes = new CopyOnWriteArrayList<>();
        Thread onHost = new Thread(
                OperationListener.ofWakes(() -> db.dataSource().getConnection(), new HostId("a"), wakes::add));
        onHost.start();
        try {
            OperationId here = OperationId.random();
            Await.atMost(SOON, "it listens, and hears").until(() -> {
                notify("wake_begun", OperationId.random() + " ba");
                notify("wake_begun", "nothing a");
                notify("wake_begun", here + " a");
                return !wakes.isEmpty();
            });
            assertThat(wakes).containsOnly(here);
        } finally {
            onHost.interrupt();
            onHost.join();
        }
    }

    private void assertHears() {
        OperationId id = OperationId.random();
        tell(id.toString());
        Await.atMost(SOON, "it is heard").untilAsserted(() -> assertThat(heard).containsExactly(id));
    }

    private void tell(String payload) {
        notify("operation_ended", payload);
    }

    private void notify(String channel, String payload) {
        Jdbi.create(db.dataSource()).useHandle(handle -> handle.execute("SELECT pg_notify(?, ?)", channel, payload));
    }

    private List<Long> backends() {
        return Jdbi.create(db.dataSource())
                .withHandle(handle -> handle.createQuery("SELECT pid FROM pg_stat_activity"
                                + " WHERE datname = current_database() AND query IN ('LISTEN operation_ended', '')"
                                + " AND pid <> pg_backend_pid() AND backend_type = 'client backend'")
                        .mapTo(Long.class)
                        .list());
    }

    private static void signal(String name, long pid) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                .start()
                .waitFor();
        assertThat(exit).isZero();
    }
}
