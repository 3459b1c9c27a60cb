package ai.september.bap.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class PrerequisiteTest {

    @TempDir
    private Path folder;

    @Test
    void findsAProgramOnThePath() throws IOException {
        Path program = Files.createFile(folder.resolve("temporal"));
        assertThat(program.toFile().setExecutable(true)).isTrue();

        assertThat(new Prerequisite(path("/nowhere" + File.pathSeparator + folder)).requireCommand("temporal"))
                .isEqualTo(program);
    }

    @Test
    void aFileThatIsNoProgramDoesNotCount() throws IOException {
        Files.createFile(folder.resolve("temporal"));

        assertThatThrownBy(() -> new Prerequisite(path(folder.toString())).requireCommand("temporal"))
                .isInstanceOf(TestAbortedException.class);
    }

    @Test
    void skipsOnADevelopersMachineAndSaysWhy() {
        assertThatThrownBy(() -> new Prerequisite(Map.of()).requireCommand("temporal"))
                .isInstanceOf(TestAbortedException.class)
                .hasMessage("skipped: no program \"temporal\" on PATH");
    }

    @Test
    void failsUnderCi() {
        assertThatThrownBy(() -> new Prerequisite(Map.of("CI", "true")).require(false, "python's cryptography"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("needed under CI=true: python's cryptography");
    }

    private static Map<String, String> path(String path) {
        return Map.of("PATH", path);
    }
}
