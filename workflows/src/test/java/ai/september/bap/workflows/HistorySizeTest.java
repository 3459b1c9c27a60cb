package ai.september.bap.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.OperationStatus;
import io.temporal.api.history.v1.History;
import io.temporal.common.WorkflowExecutionHistory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How much an operation leaves in Temporal: a few events, and bounded whatever goes wrong. Prints what it finds. */
@Timeout(120)
class HistorySizeTest {

    /** A server ends a run at 51,200 events or 50 MiB, and warns at a fifth of that. */
    private static final int MOST_EVENTS = 200;

    private static final double MOST_KIB = 64;

    private static final int USUAL_EVENTS = 40;

    @Test
    void noBranchOfAnyOperationLeavesMuch() throws Exception {
        Map<String, List<History>> byType = new TreeMap<>();
        for (Branch branch : Branch.all().toList()) {
            byType.computeIfAbsent(branch.type(), type -> new ArrayList<>())
                    .add(read(Files.readString(HistoryFiles.of(branch))));
        }

        StringBuilder table =
                new StringBuilder("| Workflow | Branches | Events, success | most | KiB, success | most |\n");
        byType.forEach((type, histories) -> {
            // The first branch of each type is the one without a fault.
            History usual = histories.get(0);
            History longest = Collections.max(histories, Comparator.comparing(History::getSerializedSize));
            table.append("| %s | %d | %d | %d | %.1f | %.1f |%n"
                    .formatted(
                            type,
                            histories.size(),
                            usual.getEventsCount(),
                            longest.getEventsCount(),
                            kib(usual),
                            kib(longest)));
            assertThat(usual.getEventsCount()).as(type).isLessThan(USUAL_EVENTS);
            assertThat(longest.getEventsCount()).as(type).isLessThan(MOST_EVENTS);
            assertThat(kib(longest)).as(type).isLessThan(MOST_KIB);
        });
        System.out.println(table);
    }

    /** A step beside a container is retried without a trace; a record in the registry leaves timers behind. */
    @Test
    void aDatabaseThatIsAwayCanBeWaitedForForDays() throws Exception {
        int attempts = 300;
        Script.Fault[] away = Collections.nCopies(attempts, Script.passing(ErrorCode.UNAVAILABLE))
                .toArray(Script.Fault[]::new);
        try (Stage stage = new Stage()) {
            Stage.Play play = stage.play(new Branch(
                    "away",
                    "ProvisionEngine",
                    script -> script.at("running", away),
                    OperationStatus.SUCCEEDED,
                    List.of()));
            History history = stage.client()
                    .fetchHistory(play.execution().getWorkflowId())
                    .getHistory();
            double hours = play.took().toMinutes() / 60.0;
            double eventsAnHour = history.getEventsCount() / hours;
            System.out.printf(
                    "A database away for %.1f h: %d events, %.0f KiB; %.0f events and %.0f KiB an hour%n",
                    hours, history.getEventsCount(), kib(history), eventsAnHour, kib(history) / hours);
            assertThat(51_200 / eventsAnHour)
                    .as("hours until a server would end the run")
                    .isGreaterThan(48);
        }
    }

    private static History read(String json) {
        return WorkflowExecutionHistory.fromJson(json).getHistory();
    }

    private static double kib(History history) {
        return history.getSerializedSize() / 1024.0;
    }
}
