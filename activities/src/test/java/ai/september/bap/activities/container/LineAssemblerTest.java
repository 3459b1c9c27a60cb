package ai.september.bap.activities.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineAssemblerTest {

    private static final Instant FIRST = Instant.parse("2026-04-27T09:30:00Z");

    private final LineAssembler assembler = new LineAssembler();

    private List<OutputLine> add(int second, String piece) {
        return assembler.add(FIRST.plusSeconds(second), StandardCharsets.UTF_8.encode(piece));
    }

    private static OutputLine line(int second, String text) {
        return new OutputLine(FIRST.plusSeconds(second), text, false);
    }

    @Test
    void aLineIsWholeWhateverThePiecesItCameIn() {
        assertThat(add(0, "one\ntw")).containsExactly(line(0, "one"));
        assertThat(add(1, "o")).isEmpty();
        assertThat(add(2, "\n\nfour\n")).containsExactly(line(0, "two"), line(2, ""), line(2, "four"));
        assertThat(assembler.finish()).isEmpty();
    }

    @Test
    void aCharacterThatIsSplitComesWhole() {
        byte[] bytes = "🙂\n".getBytes(StandardCharsets.UTF_8);
        List<OutputLine> lines = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            lines.addAll(assembler.add(FIRST, ByteBuffer.wrap(bytes, i, 1)));
        }
        assertThat(lines).containsExactly(line(0, "🙂"));
    }

    @Test
    void aLineWithoutAnEndComesWhenNothingMoreDoes() {
        assertThat(add(0, "last words")).isEmpty();
        assertThat(assembler.finish()).containsExactly(line(0, "last words"));
        assertThat(assembler.finish()).isEmpty();
    }

    @Test
    void ofALineThatIsMissingAPieceNothingIsShown() {
        add(0, "begun ");
        assembler.skipLine();
        assertThat(add(1, "and gone on\nnext\n")).containsExactly(line(1, "next"));
        assembler.skipLine();
        add(1, "unfinished");
        assertThat(assembler.finish()).isEmpty();
    }

    @Test
    void aLongLineIsCut() {
        int most = OutputLine.SHOWN_BYTES + OutputLine.SPARE_BYTES;
        for (int i = 0; i < 10; i++) {
            assertThat(add(0, "x".repeat(most / 5))).isEmpty();
        }
        assertThat(add(1, "\nnext\n")).containsExactly(new OutputLine(FIRST, "x".repeat(most), true), line(1, "next"));
    }

    @Test
    void aLineThatJustFitsIsNot() {
        String longest = "x".repeat(OutputLine.SHOWN_BYTES + OutputLine.SPARE_BYTES);

        assertThat(add(0, longest + "\n")).containsExactly(line(0, longest));
    }
}
