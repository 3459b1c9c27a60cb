package ai.september.bap.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Writes the histories of the release to come, where a branch has none yet:
 *
 * <pre>mvn -pl workflows -am verify -Dtest=HistoryRecorder -Dsurefire.failIfNoSpecifiedTests=false -Dhistories=new</pre>
 *
 * <p>After a change of a workflow, {@code -Dhistories=all} writes those of every branch anew. The folders of releases are
 * never touched: what they hold has to replay for as long as such a run may be open.
 */
@EnabledIfSystemProperty(named = "histories", matches = "new|all")
class HistoryRecorder {

    @Test
    void record() throws Exception {
        boolean all = System.getProperty("histories", "new").equals("all");
        List<Branch> wanted = Branch.all()
                .filter(branch -> all || !Files.exists(HistoryFiles.of(branch)))
                .toList();
        try (Stage stage = new Stage()) {
            for (Branch branch : wanted) {
                Stage.Play play = stage.play(branch);
                assertThat(play.script().happened()).as(branch.name()).isEqualTo(branch.steps());
                write(
                        HistoryFiles.of(branch),
                        stage.client()
                                .fetchHistory(play.execution().getWorkflowId())
                                .toJson(false));
            }
        }
    }

    @Test
    void recordChores() throws Exception {
        boolean all = System.getProperty("histories", "new").equals("all");
        for (Chore chore : Chore.all()) {
            if (all || !Files.exists(HistoryFiles.of(chore))) {
                write(HistoryFiles.of(chore), chore.run().history());
            }
        }
    }

    private static void write(Path file, String history) throws Exception {
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, history + "\n");
    }
}
