package ai.september.bap.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Writes the histories of branches that have none yet:
 *
 * <pre>mvn -pl workflows -am verify -Dtest=HistoryRecorder -Dsurefire.failIfNoSpecifiedTests=false -Dhistories=new</pre>
 *
 * <p>After a change of a workflow (which old runs survive by versioning), {@code -Dhistories=} any other word writes a
 * further generation of every branch, with that word in its files' names. Existing files are never touched.
 */
@EnabledIfSystemProperty(named = "histories", matches = ".+")
class HistoryRecorder {

    @Test
    void recordWhatIsMissing() throws Exception {
        String suffix = System.getProperty("histories", "new").replace("new", "");
        List<Branch> missing = Branch.all()
                .filter(branch -> !Files.exists(HistoryFiles.of(branch, suffix)))
                .toList();
        Files.createDirectories(HistoryFiles.FOLDER);
        try (Stage stage = new Stage()) {
            for (Branch branch : missing) {
                Stage.Play play = stage.play(branch);
                assertThat(play.script().happened()).as(branch.name()).isEqualTo(branch.steps());
                write(
                        HistoryFiles.of(branch, suffix),
                        stage.client()
                                .fetchHistory(play.execution().getWorkflowId())
                                .toJson(false));
            }
        }
    }

    private static void write(Path file, String history) throws Exception {
        Files.writeString(file, history + "\n", StandardOpenOption.CREATE_NEW);
    }
}
