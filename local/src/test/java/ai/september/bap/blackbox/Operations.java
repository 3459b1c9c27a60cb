package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import java.time.Duration;
import java.util.List;

/** Watching operations from outside. */
public final class Operations {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final List<String> OPEN = List.of("pending", "running");

    private Operations() {}

    static Client.Reply get(Product product, String operationId) {
        return product.client().get("/operations/" + operationId).isOk();
    }

    /** Waits until the operation has ended so. */
    public static Client.Reply awaitEnd(Product product, String operationId, String status) {
        Client.Reply ended = awaitClosed(product, operationId);
        assertThat(ended.text("/status")).as(ended.body().toString()).isEqualTo(status);
        return ended;
    }

    /** Waits until one of the operation's steps is in this state. */
    public static void awaitStep(Product product, String operationId, String step, String status) {
        Await.atMost(PATIENCE, "step " + step + " is " + status)
                .until(() -> get(product, operationId)
                        .body()
                        .at("/steps")
                        .valueStream()
                        .anyMatch(found -> found.path("name").asText().equals(step)
                                && found.path("status").asText().equals(status)));
    }

    /** Waits until the operation has ended, however. */
    static Client.Reply awaitClosed(Product product, String operationId) {
        Await.atMost(PATIENCE, "operation " + operationId + " ends")
                .until(() -> !OPEN.contains(get(product, operationId).text("/status")));
        return get(product, operationId);
    }

    /** Waits until it is known which run in Temporal carries the operation out. */
    static void awaitRun(Orchestrator orchestrator, String operationId) {
        Await.atMost(PATIENCE, "operation " + operationId + " has a run")
                .until(() -> orchestrator
                        .sql()
                        .withHandle(handle -> handle.createQuery(
                                        "SELECT count(*) FROM operations WHERE operation_id = ?::uuid AND run_id IS NOT NULL")
                                .bind(0, operationId)
                                .mapTo(Integer.class)
                                .one())
                        .equals(1));
    }
}
