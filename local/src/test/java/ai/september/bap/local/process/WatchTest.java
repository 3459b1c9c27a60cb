package ai.september.bap.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.local.stage.RecordingReporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchTest {

    private final InstantSource clock = InstantSource.fixed(Instant.EPOCH);
    private final RecordingReporter reporter = new RecordingReporter();
    private final List<ProcessHandle> started = new ArrayList<>();

    @AfterEach
    void killAll() {
        started.forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void startsAgainWhatEndedUnasked() throws Exception {
        try (Watch watch = new Watch("server", server(), reporter, this::server, clock)) {
            ProcessHandle first = watch.server();

            first.destroyForcibly();

            assertThat(reporter.awaitNotice())
                    .isEqualTo("ended unexpectedly (pid " + first.pid() + "); starting it again.");
            assertThat(reporter.awaitNotice())
                    .isEqualTo("is back (pid " + watch.server().pid() + ").");
            assertThat(watch.server().isAlive()).isTrue();
        }
    }

    @Test
    void leavesAloneWhatEndsAfterItWasClosed() throws Exception {
        Watch watch = new Watch("server", server(), reporter, this::server, clock);

        watch.close();
        watch.server().destroyForcibly();
        watch.server().onExit().get();

        assertThat(started).hasSize(1);
    }

    @Test
    void givesUpOnWhatKeepsEnding() throws Exception {
        try (Watch watch = new Watch("server", server(), reporter, this::endedServer, clock)) {
            watch.server().destroyForcibly();

            assertThat(reporter.awaitFatal()).isEqualTo("ended 5 times within 2 minutes; not starting it again.");
            assertThat(started).hasSize(Watch.MOST_RESTARTS);
        }
    }

    @Test
    void saysWhyARestartFailed() throws Exception {
        Watch.Restart failing = () -> {
            throw new IllegalStateException("disk full");
        };
        try (Watch watch = new Watch("server", server(), reporter, failing, clock)) {
            watch.server().destroyForcibly();

            assertThat(reporter.awaitFatal()).isEqualTo("did not start again: disk full");
        }
    }

    @Test
    void cutsARestartShortWhenItIsClosed() throws Exception {
        CountDownLatch restarting = new CountDownLatch(1);
        Watch.Restart endless = () -> {
            restarting.countDown();
            new CountDownLatch(1).await();
            throw new AssertionError("unreachable");
        };
        Watch watch = new Watch("server", server(), reporter, endless, clock);
        watch.server().destroyForcibly();
        restarting.await();

        watch.close();

        assertThat(watch.server()).isEqualTo(started.get(0));
    }

    private ProcessHandle server() {
        return start("sleep", "600");
    }

    private ProcessHandle endedServer() {
        return start("true");
    }

    private ProcessHandle start(String... command) {
        try {
            started.add(new ProcessBuilder(command).start().toHandle());
            return started.get(started.size() - 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
