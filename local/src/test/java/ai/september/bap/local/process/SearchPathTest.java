package ai.september.bap.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchPathTest {

    @TempDir
    private Path folder;

    @Test
    void findsTheFirstExecutable() throws Exception {
        Path notExecutable =
                Files.createFile(Files.createDirectory(folder.resolve("a")).resolve("temporal"));
        Path program =
                Files.createFile(Files.createDirectory(folder.resolve("b c")).resolve("temporal"));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Files.createDirectories(folder.resolve("d/temporal"));

        var path = SearchPath.of(
                Map.of("PATH", notExecutable.getParent() + ":" + folder.resolve("d") + "::" + program.getParent()));

        assertThat(path.find("temporal")).contains(program);
    }

    @Test
    void findsNothingWithoutAPath() {
        assertThat(SearchPath.of(Map.of()).find("sh")).isEmpty();
    }
}
