package ai.september.bap.activities.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.testing.Await;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A daemon that is not there, or takes calls and never answers. */
@Timeout(60)
class DaemonCallsTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private DockerDaemon daemon;
    private Path socket;

    @BeforeEach
    void open() {
        socket = folder.resolve("docker.sock");
        daemon = DockerDaemon.at(new DaemonAddress("unix://" + socket, false, null));
    }

    @AfterEach
    void close() throws Exception {
        daemon.close();
    }

    private ServerSocketChannel mute() throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
    }

    private String id(Duration deadline) throws InterruptedException {
        return daemon.calls()
                .call(
                        "say who it is",
                        deadline,
                        client -> client.infoCmd().exec().getId());
    }

    @Test
    void aDaemonThatIsNotThereMayComeBack() {
        BackendException away = catchThrowableOfType(BackendException.class, () -> id(SOON));

        assertThat(away.isRetryable()).isTrue();
        assertThat(away).hasMessageContaining("could not say who it is").hasMessageContaining("DOCKER_HOST");
        assertThat(daemon.absence())
                .hasValueSatisfying(reason -> assertThat(reason).contains("DOCKER_HOST"));
    }

    @Test
    void aFullDiskIsNotWaitedFor() {
        BackendException full = DaemonFaults.of(
                "create a container",
                new InternalServerErrorException(
                        "Status 500: {\"message\":\"mkdir /var/lib/docker/x: no space left on device\"}\n"));

        assertThat(full.isRetryable()).isFalse();
        assertThat(full).hasMessageContaining("disk is full").hasMessageContaining("docker system df");
    }

    @Test
    void aCallThatHangsEndsAtItsDeadlineAndSoDoesItsThread() throws Exception {
        try (ServerSocketChannel mute = mute()) {
            assertThat(mute.isOpen()).isTrue();
            assertThatThrownBy(() -> id(Duration.ofMillis(300)))
                    .isInstanceOfSatisfying(
                            BackendException.class,
                            e -> assertThat(e.isRetryable()).isTrue())
                    .hasMessageContaining("did not say who it is within");
            Await.atMost(SOON, "no thread goes on with it").until(() -> calls() == 0);
        }
    }

    @Test
    void whoWaitsForAHangingCallCanBeInterrupted() throws Exception {
        try (ServerSocketChannel mute = mute()) {
            assertThat(mute.isOpen()).isTrue();
            FutureTask<String> call = new FutureTask<>(() -> id(SOON));
            Thread caller = new Thread(call);
            caller.start();
            Await.atMost(SOON, "the call is made").until(() -> calls() > 0);

            caller.interrupt();

            assertThatThrownBy(call::get).hasCauseInstanceOf(InterruptedException.class);
        }
    }

    /** Threads that are in the middle of a call. */
    private static long calls() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().startsWith("docker-call-"))
                .flatMap(thread -> Arrays.stream(thread.getValue()))
                .filter(frame -> frame.getClassName().equals(DaemonCalls.class.getName()))
                .count();
    }
}
