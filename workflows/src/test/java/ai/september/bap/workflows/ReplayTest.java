package ai.september.bap.workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.NonDeterministicException;
import io.temporal.worker.Worker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What ran yesterday can be continued by today's code. */
class ReplayTest {

    private static TestWorkflowEnvironment environment;
    private static Worker worker;

    @BeforeAll
    static void open() {
        environment = TestWorkflowEnvironment.newInstance();
        worker = environment.newWorker(TaskQueues.CONTROL);
        worker.registerWorkflowImplementationTypes(Workflows.implementations());
    }

    @AfterAll
    static void close() {
        environment.close();
    }

    static Stream<Path> histories() throws Exception {
        return HistoryFiles.all().stream();
    }

    @ParameterizedTest
    @MethodSource("histories")
    void everyHistoryReplays(Path file) throws Exception {
        replay(Files.readString(file));
    }

    @Test
    void everyBranchOfEveryWorkflowHasAHistory() throws Exception {
        for (Branch branch : Branch.all().toList()) {
            assertThat(HistoryFiles.has(branch))
                    .as(branch.name() + " (see HistoryRecorder)")
                    .isTrue();
        }
    }

    @Test
    void aHistoryOfAnotherOrderOfStepsDoesNotReplay() throws Exception {
        List<Path> stops = HistoryFiles.all().stream()
                .filter(file -> file.endsWith("stopengine-succeeds.json"))
                .toList();
        String other = Files.readString(stops.get(0)).replace("\"StopContainer\"", "\"RemoveContainer\"");

        assertThatThrownBy(() -> replay(other))
                .hasStackTraceContaining(NonDeterministicException.class.getSimpleName());
    }

    private static void replay(String history) throws Exception {
        WorkflowReplayer.replayWorkflowExecution(WorkflowExecutionHistory.fromJson(history), worker);
    }
}
