package ai.september.bap.activities.steps;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.PortTakenException;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.operation.StepName;
import ai.september.bap.registry.operation.SupersededException;
import ai.september.bap.workflows.FailureTypes;
import io.temporal.failure.ApplicationFailure;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailuresTest {

    private static final Set<StepName> ENDING =
            EnumSet.of(StepName.STOP_CONTAINER, StepName.REMOVE_CONTAINER, StepName.REMOVE_VOLUME, StepName.SETTLE);

    private static void assertFailure(ApplicationFailure failure, String type, boolean retried) {
        assertThat(failure.getType()).isEqualTo(type);
        assertThat(failure.isNonRetryable()).isNotEqualTo(retried);
        assertThat(failure.getCause())
                .as("libraries quote what must not be kept")
                .isNull();
        assertThat(failure.getStackTrace())
                .as("nobody has to dive for the message")
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(StepName.class)
    void whatEndsEnginesIsTriedAgainWhateverTheBackendSays(StepName step) {
        assertFailure(
                Failures.of(step, BackendException.lasting("no such image", new IllegalStateException("secret"))),
                ErrorCode.BACKEND_ERROR.name(),
                ENDING.contains(step));
        assertFailure(
                Failures.of(step, BackendException.passing("daemon away", null)), ErrorCode.BACKEND_ERROR.name(), true);
    }

    @Test
    void theTypeOfAFailureIsItsErrorCode() {
        assertFailure(
                Failures.of(new BapException(ErrorCode.BOOT_TIMEOUT, "too slow")),
                ErrorCode.BOOT_TIMEOUT.name(),
                false);
        assertFailure(Failures.of(new PortTakenException(9001)), ErrorCode.BACKEND_ERROR.name(), false);
    }

    @Test
    void whatIsOfThePastIsNotTriedAgain() {
        assertFailure(Failures.of(new SupersededException(OperationId.random())), FailureTypes.SUPERSEDED, false);
        assertFailure(Failures.of(new LaunchLostException(new ContainerId("one"))), FailureTypes.LAUNCH_LOST, false);
    }

    @Test
    void aFaultIsToldByItsNameOnlyAndTriedAgain() {
        ApplicationFailure failure = Failures.of(new IllegalStateException("row of user-4711"));

        assertFailure(failure, ErrorCode.UNAVAILABLE.name(), true);
        assertThat(failure.getOriginalMessage())
                .contains("IllegalStateException")
                .doesNotContain("user-4711");
    }
}
