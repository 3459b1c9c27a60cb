package ai.september.bap.activities.steps;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.Step;
import ai.september.bap.registry.operation.StepName;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.registry.TestRegistry;
import ai.september.bap.workflows.OperationRef;
import io.temporal.failure.ApplicationFailure;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The brain's migration as a step: what it records, and what is left of attempts that failed. */
class MigrateStepIT extends StepFixture {

    private @Nullable String note(OperationRef operation) {
        return registry.steps(operation.operationId()).stream()
                .filter(step -> step.name() == StepName.MIGRATE_BRAIN)
                .findFirst()
                .map(Step::note)
                .orElse(null);
    }

    @Test
    void whatWasDoneIsOnRecordAndNotDoneAgain() {
        OperationRef provision = begin(Verb.PROVISION);

        worker.steps.migrateBrain(provision);
        assertThat(registry.engine(provision.engineId()).brainImageId()).startsWith(TestRegistry.IMAGE + "@sha256:");
        assertThat(note(provision)).startsWith("copied by ");

        worker.steps.migrateBrain(provision);
        assertThat(note(provision)).startsWith("skipped by ");
    }

    @Test
    void aBrainIsNotMigratedUnderTheProcessThatAnEarlierAttemptLaunched() {
        OperationRef provision = begin(Verb.PROVISION);
        worker.steps.launchContainer(provision);

        worker.steps.migrateBrain(provision);

        assertThat(note(provision)).isEqualTo("the container runs already");
        assertOneProcess();
    }

    @Test
    void aMigrationThatFailsLeavesItsLastWordsMasked() {
        program.steer("migration-fails");
        OperationRef provision = begin(Verb.PROVISION);

        ApplicationFailure failure = worker.failure(steps -> steps.migrateBrain(provision));

        assertType(failure, ErrorCode.BACKEND_ERROR.name());
        assertThat(failure.getOriginalMessage()).doesNotContain("cannot migrate");
        assertThat(registry.operation(provision.operationId()).engineOutput())
                .isEqualTo("cannot migrate with [REDACTED]");
    }

    @Test
    void theLastWordsOfAnAttemptThatWasRepeatedWithSuccessAreForgotten() {
        program.steer("migration-is-killed");
        OperationRef provision = begin(Verb.PROVISION);
        assertThat(worker.failure(steps -> steps.migrateBrain(provision)).isNonRetryable())
                .isFalse();
        assertThat(registry.operation(provision.operationId()).engineOutput()).isEqualTo("half way with [REDACTED]");

        program.steer("serves");
        worker.steps.migrateBrain(provision);

        assertThat(registry.operation(provision.operationId()).engineOutput()).isNull();
    }
}
