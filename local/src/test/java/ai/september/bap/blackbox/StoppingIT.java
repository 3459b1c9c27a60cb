package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.process.server.RunningServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A replica of the API that is told to stop while requests wait at it. */
class StoppingIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    @Test
    void requestsThatWaitAreAnsweredWithTheirOperationAndTheReplicaIsGoneSoon() {
        Product product = ORCHESTRATOR.register("stopping");
        String operation;
        try (SteerableEngine.Steering hold = ORCHESTRATOR.engine().hold()) {
            RunningServer replica = ORCHESTRATOR.deployment().startApi(Map.of());
            Client client = Client.product(URI.create("http://127.0.0.1:" + replica.apiPort()), product.platformKey());
            List<CompletableFuture<Client.Reply>> waiting = List.of(
                    client.postAsync("/engines/provision", Client.json("user_id", "u")),
                    client.postAsync("/engines/v/admit", "{\"auto_provision\":true}"),
                    client.postAsync("/engines/v/admit", "{\"auto_provision\":true}"));
            Orchestrator.awaitWaiting(replica, 3);

            long before = System.nanoTime();
            replica.close();

            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(8));
            operation = waiting.get(0).join().isAccepted();
            assertThat(waiting.get(1).join().isAccepted())
                    .isEqualTo(waiting.get(2).join().isAccepted());
        }
        Operations.awaitEnd(product, operation, "succeeded");
    }
}
