package ai.september.bap.api.operation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.OperationStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OperationEventTest {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    private static OperationView.StepView step(String name, OperationStatus status) {
        return new OperationView.StepView(
                name,
                status,
                status == OperationStatus.PENDING ? null : AT,
                status == OperationStatus.SUCCEEDED || status == OperationStatus.FAILED ? AT.plusSeconds(1) : null);
    }

    private static OperationView operation(@Nullable Instant finished, OperationView.StepView... steps) {
        return new OperationView(
                OperationId.random(),
                EngineId.random(),
                new UserId("u"),
                "provision",
                finished == null ? OperationStatus.RUNNING : OperationStatus.SUCCEEDED,
                List.of(steps),
                null,
                AT,
                finished,
                null);
    }

    private static List<String> told(OperationView operation) {
        return OperationEvent.of(operation).stream()
                .map(event -> event.id() + " " + event.name()
                        + (event.data() instanceof OperationView.StepView step
                                ? " " + step.name() + " " + step.status().wireName()
                                : ""))
                .toList();
    }

    @Test
    void whatHasHappenedIsToldInOrderAndUnderIdsThatStay() {
        assertThat(told(operation(null, step("a", OperationStatus.PENDING), step("b", OperationStatus.PENDING))))
                .containsExactly("1 operation");
        assertThat(told(operation(null, step("a", OperationStatus.SUCCEEDED), step("b", OperationStatus.RUNNING))))
                .containsExactly("1 operation", "2 step a running", "3 step a succeeded", "4 step b running");
        assertThat(told(operation(AT, step("a", OperationStatus.SUCCEEDED), step("b", OperationStatus.SUCCEEDED))))
                .containsExactly(
                        "1 operation",
                        "2 step a running",
                        "3 step a succeeded",
                        "4 step b running",
                        "5 step b succeeded",
                        "6 operation");
    }

    @Test
    void stepsThatWereNeverBegunAreNotTold() {
        assertThat(told(operation(AT, step("a", OperationStatus.FAILED), step("b", OperationStatus.PENDING))))
                .containsExactly("1 operation", "2 step a running", "3 step a failed", "6 operation");
    }

    @Test
    void aStepThatBeginsIsShownAsItWasThen() {
        OperationView.StepView begun =
                (OperationView.StepView) OperationEvent.of(operation(null, step("a", OperationStatus.SUCCEEDED)))
                        .get(1)
                        .data();

        assertThat(begun.finishedAt()).isNull();
    }

    @Test
    void allIsToldOnceTheOperationHasEndedAndItsLastEventCame() {
        OperationView ended = operation(AT, step("a", OperationStatus.SUCCEEDED));

        assertThat(OperationEvent.isAllTold(ended, 4)).isTrue();
        assertThat(OperationEvent.isAllTold(ended, 3)).isFalse();
        assertThat(OperationEvent.isAllTold(operation(null, step("a", OperationStatus.RUNNING)), 4))
                .isFalse();
    }
}
