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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What ran yesterday, under any release whose runs may still be open, can be continued by today's code. */
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
        List<Path> files = new ArrayList<>();
        for (String release : HistoryFiles.releases()) {
            files.addAll(HistoryFiles.of(release));
        }
        return files.stream();
    }

    @ParameterizedTest
    @MethodSource("histories")
    void everyHistoryReplays(Path file) throws Exception {
        replay(Files.readString(file));
    }

    @Test
    void everyBranchOfEveryWorkflowHasAHistory() throws Exception {
        assertThat(HistoryFiles.of(HistoryFiles.NEXT))
                .as("see HistoryRecorder")
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Branch.all().map(HistoryFiles::of),
                                Chore.all().stream().map(HistoryFiles::of))
                        .toList());
    }

    /** Of these, that release left none behind. */
    private static final Set<String> SINCE_0_1_0 = Set.of("RecoverEngine", "SleepEngine");

    @Test
    void aReleaseLeavesRunsOfEveryWorkflowBehind() throws Exception {
        assertThat(HistoryFiles.releases()).contains("0.1.0", HistoryFiles.NEXT);
        for (String release : HistoryFiles.releases()) {
            String names = HistoryFiles.of(release).toString();
            assertThat(Branch.all()
                            .map(Branch::type)
                            .filter(type -> !release.equals("0.1.0") || !SINCE_0_1_0.contains(type))
                            .map(type -> type.toLowerCase(Locale.ROOT)))
                    .as(release)
                    .allMatch(type -> names.contains("/" + type + "-"));
        }
    }

    @Test
    void aHistoryOfAnotherOrderOfStepsDoesNotReplay() throws Exception {
        String other = stop("0.1.0").replace("\"StopContainer\"", "\"RemoveContainer\"");

        assertThatThrownBy(() -> replay(other))
                .hasStackTraceContaining(NonDeterministicException.class.getSimpleName());
    }

    /** A run that began without attributes, or before there were any, must not come to its end with one. */
    @Test
    void onlyARunThatWasStartedWithAttributesShowsItsOutcomeInOne() throws Exception {
        String with = stop(HistoryFiles.NEXT);
        assertThat(with).contains("UPSERT_WORKFLOW_SEARCH_ATTRIBUTES", RunAttributes.OUTCOME.getName());
        assertThat(stop("0.1.0")).doesNotContain("UPSERT_WORKFLOW_SEARCH_ATTRIBUTES");

        String withheld = with.replaceFirst("(?s)\"searchAttributes\": \\{.*?\\n      },\n", "");
        assertThat(withheld).isNotEqualTo(with);
        assertThatThrownBy(() -> replay(withheld))
                .hasStackTraceContaining(NonDeterministicException.class.getSimpleName());
    }

    private static String stop(String release) throws Exception {
        for (Path file : HistoryFiles.of(release)) {
            if (file.endsWith("stopengine-succeeds.json")) {
                return Files.readString(file);
            }
        }
        throw new AssertionError("no history of a stop in " + release);
    }

    private static void replay(String history) throws Exception {
        WorkflowReplayer.replayWorkflowExecution(WorkflowExecutionHistory.fromJson(history), worker);
    }
}
