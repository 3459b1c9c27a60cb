package ai.september.bap.activities.container;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes whole lines of the pieces in which an output comes, because only in a whole line every key can be seen and masked.
 * Not thread-safe: one for each stream.
 */
public final class LineAssembler {

    private static final int MOST_KEPT = OutputLine.SHOWN_BYTES + OutputLine.SPARE_BYTES;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private @Nullable Instant begun;
    private boolean cut;
    private boolean skipping;

    /** What has come so far of a line, and what comes of it yet, is not shown: something of it is missing. */
    public void skipLine() {
        begin();
        skipping = true;
    }

    /** Takes a piece, and returns the lines that it completes. */
    public List<OutputLine> add(Instant at, ByteBuffer piece) {
        byte[] bytes = new byte[piece.remaining()];
        piece.duplicate().get(bytes);
        List<OutputLine> whole = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                keep(at, bytes, start, i);
                end(at, whole);
                start = i + 1;
            }
        }
        keep(at, bytes, start, bytes.length);
        return whole;
    }

    /** The last line, if it has no end and nothing more of it will come; else it is to be waited for. */
    public List<OutputLine> finish() {
        List<OutputLine> last = new ArrayList<>();
        if (begun != null) {
            end(begun, last);
        }
        return last;
    }

    private void keep(Instant at, byte[] bytes, int start, int end) {
        if (skipping || start == end) {
            return;
        }
        if (begun == null) {
            begun = at;
        }
        int room = Math.min(end - start, MOST_KEPT - line.size());
        line.write(bytes, start, room);
        cut |= room < end - start;
    }

    private void end(Instant at, List<OutputLine> whole) {
        if (!skipping) {
            whole.add(new OutputLine(begun == null ? at : begun, line.toString(StandardCharsets.UTF_8), cut));
        }
        begin();
    }

    private void begin() {
        line.reset();
        begun = null;
        cut = false;
        skipping = false;
    }
}
