package ai.september.bap.activities.subprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputLogTest {

    @TempDir
    private Path folder;

    private OutputLog log = new OutputLog(Path.of("none"), LogLimits.DEFAULT);

    @BeforeEach
    void open() throws IOException {
        log = new OutputLog(folder.resolve("output.log"), new LogLimits(10, 3));
        log.open();
    }

    private void print(String text) throws IOException {
        Files.writeString(log.file(), text, StandardOpenOption.APPEND);
    }

    @Test
    void whatIsSmallStays() throws IOException {
        print("0123456789");
        log.rotateIfLarge();
        assertThat(log.file()).hasContent("0123456789");
    }

    @Test
    void theOldestOutputGoesFirst() throws IOException {
        for (String text : new String[] {"first------", "second-----", "third------"}) {
            print(text);
            log.rotateIfLarge();
        }
        print("fourth");
        assertThat(FileTree.children(folder)).hasSize(3);
        assertThat(log.tail(1000)).isEqualTo("econd-----" + "hird------" + "fourth");
        assertThat(log.tail(8)).isEqualTo("--fourth");
        assertThat(log.tail(0)).isEmpty();
    }

    @Test
    void ofAFloodOnlyTheEndIsKept() throws IOException {
        print("x".repeat(1_000_000) + "end");
        log.rotateIfLarge();
        assertThat(Files.size(log.file())).isZero();
        assertThat(log.tail(1_000_000)).isEqualTo("xxxxxxxend");
    }

    @Test
    void aWriterInAppendModeGoesOnAtTheStartOfTheEmptiedFile() throws IOException {
        try (var writer = Files.newOutputStream(log.file(), StandardOpenOption.APPEND)) {
            writer.write("before the rotation".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            log.rotateIfLarge();
            writer.write("after".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        assertThat(log.file()).hasContent("after");
    }

    @Test
    void aCharacterThatWasCutIsLeftOut() throws IOException {
        print("aé😀");
        assertThat(log.tail(5)).isEqualTo("😀");
        assertThat(log.tail(4)).isEqualTo("😀");
        assertThat(log.tail(3)).isEmpty();
    }

    @Test
    void noOutputIsEmpty() throws IOException {
        Files.delete(log.file());
        assertThat(log.tail(100)).isEmpty();
        log.rotateIfLarge();
    }
}
