package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.api.common.v1.Payload;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.common.converter.DefaultDataConverter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an operator reads of an operation in Temporal, and what must not be there. */
class HistoryIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    private final Product product = ORCHESTRATOR.register("history");

    @Test
    void aRunAndItsStepsSayWhatTheyAreFor() {
        String engineId = product.provision("u").text("/engine_id");

        List<HistoryEvent> events = history(engineId);

        assertThat(summary(events.get(0))).isEqualTo("ProvisionEngine (provision) of engine " + engineId);
        assertThat(events.stream().filter(HistoryEvent::hasActivityTaskScheduledEventAttributes))
                .isNotEmpty()
                .extracting(HistoryIT::summary)
                .contains("Make or adopt the container and start it", "Wait for the first healthy answer")
                .allSatisfy(summary -> assertThat(summary).isNotBlank());
    }

    /** It may hold anything; it is kept, masked, with the operation. */
    @Test
    void whatAnEngineSaidAsItDiedIsInTheOperationAndInNoHistory() {
        try (SteerableEngine.Steering exits = ORCHESTRATOR.engine().exiting()) {
            Client.Reply refused = product.client().post("/engines/provision", Client.json("user_id", "v"));
            refused.isRefused(502, "BACKEND_ERROR");
        }

        String engineId = product.get("v").text("/engine_id");
        assertThat(keptOutput(engineId)).contains(SteerableEngine.LAST_WORDS);
        for (HistoryEvent event : history(engineId)) {
            assertThat(event.toByteString().toString(StandardCharsets.ISO_8859_1))
                    .as(event.getEventType().toString())
                    .doesNotContain(SteerableEngine.LAST_WORDS);
        }
    }

    private static List<HistoryEvent> history(String engineId) {
        return ORCHESTRATOR
                .workflows()
                .fetchHistory("engine/" + engineId)
                .getHistory()
                .getEventsList();
    }

    private static String summary(HistoryEvent event) {
        Payload summary = event.getUserMetadata().getSummary();
        return DefaultDataConverter.STANDARD_INSTANCE.fromPayload(summary, String.class, String.class);
    }

    private static String keptOutput(String engineId) {
        return ORCHESTRATOR
                .sql()
                .withHandle(
                        handle -> handle.createQuery("SELECT engine_output FROM operations WHERE engine_id = ?::uuid")
                                .bind(0, engineId)
                                .mapTo(String.class)
                                .one());
    }
}
