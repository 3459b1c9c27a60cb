package ai.september.bap.activities.docker;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.ContainerSpec;
import ai.september.bap.activities.container.ContainerState;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.testing.Await;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Containers are started in turn with whoever else starts some beside the daemon. */
class StartsIT extends DockerFixture {

    /** The host's turns: the one there is, if nobody has it. */
    private final Semaphore turns = new Semaphore(1);

    private DockerBackend sharing;

    @BeforeEach
    void share() {
        sharing = new DockerBackend(daemon, settings(), () -> {
            turns.acquire();
            return turns::release;
        });
    }

    @Test
    void aContainerStartsWhenThereIsATurn() throws Exception {
        ContainerId id = sharing.createOrAdopt(spec()).id();
        turns.acquire();
        FutureTask<ContainerStatus> start = new FutureTask<>(() -> sharing.start(id));
        new Thread(start).start();
        Await.atMost(Duration.ofSeconds(20), "it waits for its turn").until(turns::hasQueuedThreads);
        assertThat(sharing.inspect(id).orElseThrow().state()).isEqualTo(ContainerState.CREATED);

        turns.release();

        assertThat(start.get().state()).isEqualTo(ContainerState.RUNNING);
        assertThat(turns.availablePermits()).as("given back").isEqualTo(1);
    }

    @Test
    void aStartThatFailsGivesItsTurnBack() throws Exception {
        ContainerSpec spec = spec();
        ContainerId id = sharing.createOrAdopt(spec).id();
        try (ServerSocket stranger =
                new ServerSocket(requireNonNull(spec.port()), 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> sharing.start(id)).isInstanceOf(BackendException.class);
        }
        assertThat(turns.availablePermits()).isEqualTo(1);
    }
}
