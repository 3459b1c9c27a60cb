package ai.september.bap.activities.steps;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.Failure;
import ai.september.bap.registry.operation.Step;
import ai.september.bap.registry.operation.StepName;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.registry.TestRegistry;
import ai.september.bap.workflows.OperationRef;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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

    private void loseVolume(OperationRef operation) throws Exception {
        Path volume = home.resolve("engines/" + operation.engineId() + "/data");
        Files.delete(volume.resolve("brain.sqlite"));
        Files.delete(volume);
    }

    @Test
    void anEngineWhoseVolumeIsGoneDoesNotBeginWithAnEmptyBrain() throws Exception {
        OperationRef provision = begin(Verb.PROVISION);
        worker.steps.migrateBrain(provision);
        registry.ledger.running(provision.operationId(), 1, Instant.now());
        stopped();
        loseVolume(provision);
        OperationRef start = begin(Verb.START);

        ApplicationFailure failure = worker.failure(steps -> steps.migrateBrain(start));

        assertType(failure, ErrorCode.BACKEND_ERROR.name());
        assertThat(failure.getOriginalMessage())
                .contains("folder " + start.engineId() + "/data", "or destroy the engine and provision it anew");
        assertType(worker.failure(steps -> steps.launchContainer(start)), ErrorCode.BACKEND_ERROR.name());
        assertThat(backend.volumes()).isEmpty();
        assertThat(registry.operation(start.operationId()).touched()).isFalse();
    }

    @Test
    void anEngineThatNeverRanIsProvisionedAgainThoughItsVolumeIsGone() throws Exception {
        OperationRef provision = begin(Verb.PROVISION);
        worker.steps.migrateBrain(provision);
        registry.ledger.failed(provision.operationId(), new Failure(ErrorCode.BOOT_TIMEOUT, "It did not answer."));
        loseVolume(provision);

        OperationRef again = begin(Verb.PROVISION);
        worker.steps.migrateBrain(again);

        assertThat(note(again)).startsWith("copied by ");
        assertThat(backend.volumes()).containsExactly(again.engineId());
    }
}
