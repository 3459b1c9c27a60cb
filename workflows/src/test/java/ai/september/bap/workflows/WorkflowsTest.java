package ai.september.bap.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.OperationStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class WorkflowsTest {

    private static Stage stage;

    @BeforeAll
    static void open() {
        stage = new Stage();
    }

    @AfterAll
    static void close() {
        stage.close();
    }

    static Stream<Branch> branches() {
        return Branch.all();
    }

    @ParameterizedTest
    @MethodSource("branches")
    void everyBranchTakesItsStepsInOrder(Branch branch) throws Exception {
        Stage.Play play = stage.play(branch);

        assertThat(play.script().happened()).isEqualTo(branch.steps());
        assertThat(play.outcome().status()).isEqualTo(branch.outcome());
        assertThat(play.outcome().code() == null).isEqualTo(branch.outcome() != OperationStatus.FAILED);
        assertThat(play.attributes().get(RunAttributes.KIND))
                .isEqualTo(branch.kind().wireName());
        assertThat(play.attributes().get(RunAttributes.OUTCOME))
                .isEqualTo(branch.shown().wireName());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "StopEngine/stop/stopped",
                "DestroyEngine/remove/destroyed",
                "DestroyEngine/remove-volume/destroyed"
            })
    void stopAndDestroyAreRetriedForAsLongAsItTakes(String which) throws Exception {
        String[] parts = which.split("/", -1);
        Script.Fault[] away =
                Collections.nCopies(2000, Script.passing(ErrorCode.UNAVAILABLE)).toArray(Script.Fault[]::new);

        Stage.Play play = stage.play(
                new Branch(which, parts[0], script -> script.at(parts[1], away), OperationStatus.SUCCEEDED, List.of()));

        assertThat(play.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(play.script().happened()).endsWith(parts[2]).hasSizeGreaterThan(2000);
        assertThat(play.took()).isGreaterThan(Duration.ofHours(8));
    }

    @Test
    void aDatabaseThatIsAwayForHoursIsWaitedFor() throws Exception {
        Script.Fault[] away =
                Collections.nCopies(300, Script.passing(ErrorCode.UNAVAILABLE)).toArray(Script.Fault[]::new);

        Stage.Play play = stage.play(new Branch(
                "away", "ProvisionEngine", script -> script.at("running", away), OperationStatus.SUCCEEDED, List.of()));

        assertThat(play.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(play.took()).isGreaterThan(Duration.ofHours(2));
        assertThat(play.script().happened().stream().filter("await"::equals))
                .as("only the record is repeated")
                .hasSize(1);
    }

    @Test
    void aHostThatIsAwayForTwoHoursFailsWhatNeedsIt() throws Exception {
        Stage.Play play = stage.play(new Branch(
                "away",
                "StartEngine",
                script -> script.always("launch", Script.passing(ErrorCode.UNAVAILABLE)),
                OperationStatus.FAILED,
                List.of()));

        assertThat(play.outcome()).isEqualTo(failed("UNAVAILABLE"));
        assertThat(play.took()).isBetween(Duration.ofMinutes(119), Duration.ofMinutes(121));
    }

    @Test
    void aRecoveryThatWaitsForDaysBeginsItsHistoryAnew() throws Exception {
        Stage.Play play = stage.play(new Branch(
                "waits", "RecoverEngine", script -> script.waits(450), OperationStatus.SUCCEEDED, List.of()));

        assertThat(play.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(play.script().happened().stream().filter("next"::equals)).hasSize(451);
        assertThat(play.script().happened().stream().filter("begin"::equals))
                .as("three runs")
                .hasSize(3);
    }

    @Test
    void cleaningUpIsGivenUpAfterTenMinutes() throws Exception {
        Stage.Play play = stage.play(new Branch(
                "away",
                "ProvisionEngine",
                script -> script.at("launch", Script.forGood(ErrorCode.BACKEND_ERROR))
                        .always("remove", Script.passing(ErrorCode.UNAVAILABLE)),
                OperationStatus.FAILED,
                List.of()));

        assertThat(play.outcome()).isEqualTo(failed("BACKEND_ERROR"));
        assertThat(play.took()).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(11));
    }

    @Test
    void aFailureOfATypeNobodyKnowsIsAnInternalError() throws Exception {
        Stage.Play play = stage.play(new Branch(
                "strange",
                "ProvisionEngine",
                script -> script.at("migrate", (self, client) -> {
                    throw io.temporal.failure.ApplicationFailure.newNonRetryableFailure(
                            "Strange.", "java.lang.Strange");
                }),
                OperationStatus.FAILED,
                List.of()));

        assertThat(play.outcome()).isEqualTo(failed("INTERNAL_ERROR"));
    }

    private static Outcome failed(String code) {
        return new Outcome(OperationStatus.FAILED, code);
    }

    @Test
    void everyWorkflowAndEveryStepIsAmongTheBranches() {
        List<String> names = new ArrayList<>(Branch.all().map(Branch::name).toList());
        List<String> steps = Branch.all()
                .flatMap(branch -> branch.steps().stream())
                .map(step -> step.split(" ", -1)[0])
                .distinct()
                .toList();
        assertThat(steps)
                .as("the words of ScriptedSteps, one for each step there is")
                .hasSize(EngineSteps.class.getDeclaredMethods().length
                        + RegistrySteps.class.getDeclaredMethods().length
                        + RecoverySteps.class.getDeclaredMethods().length);

        assertThat(names).doesNotHaveDuplicates();
        for (Class<?> workflow : Workflows.ofEngines()) {
            assertThat(Branch.all().map(branch -> branch.type() + "WorkflowImpl"))
                    .contains(workflow.getSimpleName());
        }
    }

    @ParameterizedTest
    @EnumSource(OperationKind.class)
    void everyKindHasItsWorkflow(OperationKind kind) {
        assertThat(Workflows.implementations())
                .extracting(Class::getSimpleName)
                .contains(Workflows.typeOf(kind) + "WorkflowImpl");
    }
}
