package ai.september.bap.activities.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.testing.Await;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.model.Info;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
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

    @Test
    void whoIsInterruptedWhileSomethingIsMadeFirstHearsTheAnswer() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch made = new CountDownLatch(1);
        try (ServerSocketChannel busy = mute()) {
            Thread server = new Thread(() -> answerOnce(busy, asked, made));
            server.start();
            FutureTask<Info> making = new FutureTask<>(() -> daemon.calls()
                    .make("make something", SOON, client -> client.infoCmd().exec()));
            Thread caller = new Thread(making);
            caller.start();
            asked.await();

            caller.interrupt();
            Await.atMost(SOON, "it is told").until(() -> !caller.isInterrupted());
            caller.join(300);
            assertThat(caller.isAlive()).as("it waits for the answer").isTrue();
            made.countDown();

            assertThatThrownBy(making::get).hasCauseInstanceOf(InterruptedException.class);
            server.join();
        }
    }

    private static void answerOnce(ServerSocketChannel server, CountDownLatch asked, CountDownLatch made) {
        try (SocketChannel caller = server.accept()) {
            caller.read(ByteBuffer.allocate(1 << 16));
            asked.countDown();
            made.await();
            caller.write(StandardCharsets.US_ASCII.encode(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"));
        } catch (IOException | InterruptedException over) {
            // The test has ended.
        }
    }

    @Test
    void whoWasInterruptedBeforeMakesNothing() {
        AtomicBoolean told = new AtomicBoolean();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> daemon.calls().make("make something", SOON, client -> {
                    told.set(true);
                    return client;
                }))
                .isInstanceOf(InterruptedException.class);

        assertThat(told).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
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
