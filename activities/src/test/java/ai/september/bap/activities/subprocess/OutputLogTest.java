package ai.september.bap.activities.subprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import ai.september.bap.activities.subprocess.OutputLog.Stretch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputLogTest {

    private static final int LIMIT = 100;

    @TempDir
    private Path folder;

    private long noted = -1;

    private OutputLog log = new OutputLog(Path.of("none"), LogLimits.DEFAULT);

    @BeforeEach
    void open() throws IOException {
        log = new OutputLog(folder.resolve("output.log"), new LogLimits(LIMIT, 3));
        log.open();
    }

    private void print(String text) throws IOException {
        Files.writeString(log.file(), text, StandardOpenOption.APPEND);
    }

    private void sweep() throws IOException {
        noted = log.sweep(noted);
    }

    @Test
    void whatIsSmallStays() throws IOException {
        print("0123456789");
        sweep();
        assertThat(log.file()).hasContent("0123456789");
    }

    private static String filled(String word) {
        return word + "-".repeat(LIMIT + 1 - word.length());
    }

    @Test
    void theOldestOutputGoesFirst() throws IOException {
        for (String word : List.of("first", "second", "third")) {
            print(filled(word));
            sweep();
        }
        print("fourth");
        assertThat(FileTree.children(folder))
                .extracting(child -> child.getFileName().toString())
                .containsExactly(
                        "output.log",
                        "output.log.1",
                        "output.log.2",
                        "output.times",
                        "output.times.1",
                        "output.times.2");
        assertThat(log.tail(1000))
                .isEqualTo(filled("second").substring(1) + filled("third").substring(1) + "fourth");
        assertThat(log.tail(8)).isEqualTo("--fourth");
        assertThat(log.tail(0)).isEmpty();
    }

    @Test
    void ofAFloodOnlyTheEndIsKept() throws IOException {
        print("x".repeat(1_000_000) + "end");
        sweep();
        assertThat(Files.size(log.file())).isZero();
        assertThat(log.tail(1_000_000)).isEqualTo("x".repeat(LIMIT - 3) + "end");
    }

    private static String text(Stretch stretch) {
        return StandardCharsets.US_ASCII.decode(stretch.bytes()).toString();
    }

    @Test
    void whoReadsOnMissesNothingWhenAFileIsSetAside() throws IOException {
        print("early ");
        sweep();
        print(filled("late"));
        long position = 6;
        sweep();
        print("latest");

        Stretch rest = log.read(position, 1000);
        assertThat(rest.from()).isEqualTo(position + 1);
        assertThat(text(rest))
                .as("its first byte was too much")
                .isEqualTo(filled("late").substring(1));
        Stretch next = log.read(rest.from() + LIMIT, 1000);
        assertThat(next.from()).isEqualTo(rest.from() + LIMIT);
        assertThat(text(next)).isEqualTo("latest");
        assertThat(text(log.read(next.from() + 2, 3))).isEqualTo("tes");
        assertThat(text(log.read(next.from() + 6, 1000))).isEmpty();
    }

    @Test
    void whoseOutputIsDroppedGoesOnWithTheNextThatIsKept() throws IOException {
        for (String word : List.of("first", "second", "third", "fourth")) {
            print(filled(word));
            sweep();
        }
        Stretch oldest = log.read(Long.MIN_VALUE, 1000);
        assertThat(oldest.from()).isEqualTo(2 * (LIMIT + 1) + 1);
        assertThat(text(oldest)).isEqualTo(filled("third").substring(1));
        assertThat(log.read(3 * (LIMIT + 1), 1000).from())
                .as("between two files")
                .isEqualTo(3 * (LIMIT + 1) + 1);
    }

    @Test
    void whereSomebodyHasEmptiedTheFileItIsReadFromItsBeginning() throws IOException {
        print("0123456789");
        Files.writeString(log.file(), "abc", StandardOpenOption.TRUNCATE_EXISTING);

        assertThat(log.read(10, 1000).from()).isZero();
    }

    @Test
    void byWhenOutputWasPrintedIsOnRecordAlsoForWhoComesLater() throws IOException {
        Instant first = Instant.parse("2026-04-27T09:30:00Z");
        print("one\n");
        Files.setLastModifiedTime(log.file(), FileTime.from(first));
        sweep();
        print("two\n");
        Files.setLastModifiedTime(log.file(), FileTime.from(first.plusSeconds(1)));
        noted = -1;
        sweep();
        sweep();
        print("three\n");
        Files.setLastModifiedTime(log.file(), FileTime.from(first.plusSeconds(2)));

        assertThat(log.times())
                .containsExactly(
                        entry(0L, first.plus(OutputLog.TICK)),
                        entry(4L, first.plus(OutputLog.TICK)),
                        entry(8L, first.plus(OutputLog.TICK).plusSeconds(1)),
                        entry(14L, first.plus(OutputLog.TICK).plusSeconds(2)));
        print(filled("four"));
        sweep();
        assertThat(log.times())
                .containsEntry(8L, first.plus(OutputLog.TICK).plusSeconds(1))
                .containsKey(14L + LIMIT + 1);
    }

    @Test
    void aRecordOfTimesThatWasHalfWrittenDoesNoHarm() throws IOException {
        print("one\n");
        sweep();
        Files.writeString(folder.resolve("output.times"), "4", StandardOpenOption.APPEND);
        print("two\n");
        noted = -1;
        sweep();

        assertThat(text(log.read(4, 1000))).isEqualTo("two\n");
    }

    @Test
    void aWriterInAppendModeGoesOnAtTheStartOfTheEmptiedFile() throws IOException {
        try (var writer = Files.newOutputStream(log.file(), StandardOpenOption.APPEND)) {
            writer.write(filled("before").getBytes(StandardCharsets.UTF_8));
            sweep();
            writer.write("after".getBytes(StandardCharsets.UTF_8));
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
        sweep();
    }
}
