package ai.september.bap.activities.subprocess;

import ai.september.bap.activities.container.LineAssembler;
import ai.september.bap.activities.container.OutputFeed;
import ai.september.bap.activities.container.OutputLine;
import ai.september.bap.activities.subprocess.OutputLog.Stretch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Consumer;

/**
 * The lines of a log. Files cannot be waited for, so they are looked at every {@value #EVERY_MS} ms. The time of a line is
 * that of the look of {@link LogSweeper} at which it was there first: about a second after it was printed at most, or more if
 * nobody looked then.
 */
final class OutputLogFeed implements OutputFeed {

    private static final int EVERY_MS = 200;
    private static final int MOST_AT_ONCE = 64 << 10;

    /** To see whether a process lives takes a few files. */
    private static final long LIFE_EVERY_NS = Duration.ofMillis(500).toNanos();

    private final OutputLog log;
    private final LogSweeper sweeper;
    private final Life life;
    private final LineAssembler assembler = new LineAssembler();
    private List<OutputLine> printed;
    private long position = Long.MIN_VALUE;
    private long askedForLife = System.nanoTime();
    private boolean over;
    private volatile boolean closed;

    /** Whether the process whose output it is still lives. */
    interface Life {
        boolean goesOn() throws IOException, InterruptedException;
    }

    /** The last {@code lines} lines, and those to come if the log is followed. */
    OutputLogFeed(OutputLog log, LogSweeper sweeper, Life life, int lines, boolean follow)
            throws IOException, InterruptedException {
        this.log = log;
        this.sweeper = sweeper;
        this.life = life;
        // Before what it printed is read: of one that is dead nothing more comes.
        boolean alive = life.goesOn();
        Deque<OutputLine> last = new ArrayDeque<>();
        NavigableMap<Long, Instant> times = sweeper.undisturbed(log::times);
        while (readSome(times, line -> keepLast(last, line, lines))) {
            // And on.
        }
        if (!alive) {
            assembler.finish().forEach(line -> keepLast(last, line, lines));
        }
        this.printed = List.copyOf(last);
        this.over = !alive || !follow;
    }

    private static void keepLast(Deque<OutputLine> last, OutputLine line, int most) {
        last.add(line);
        if (last.size() > most) {
            last.removeFirst();
        }
    }

    /** Hands on the lines that the next stretch completes; false if there is none. */
    private boolean readSome(NavigableMap<Long, Instant> times, Consumer<OutputLine> lines) throws IOException {
        Stretch stretch = sweeper.undisturbed(() -> log.read(position, MOST_AT_ONCE));
        if (stretch.from() != position && stretch.from() != 0) {
            assembler.skipLine();
        }
        position = stretch.from();
        ByteBuffer bytes = stretch.bytes();
        boolean some = bytes.hasRemaining();
        while (bytes.hasRemaining()) {
            // As much as was printed at one time, where that is on record.
            Map.Entry<Long, Instant> by = times.higherEntry(position);
            int length = by == null ? bytes.remaining() : (int) Math.min(bytes.remaining(), by.getKey() - position);
            assembler
                    .add(by == null ? Instant.now() : by.getValue(), bytes.slice(bytes.position(), length))
                    .forEach(lines);
            bytes.position(bytes.position() + length);
            position += length;
        }
        return some;
    }

    @Override
    public List<OutputLine> next(Duration patience) throws InterruptedException {
        try {
            long end = System.nanoTime() + patience.toNanos();
            List<OutputLine> lines = printed;
            printed = List.of();
            while (lines.isEmpty() && !isOver() && System.nanoTime() < end) {
                lines = look();
                if (lines.isEmpty() && !isOver()) {
                    Thread.sleep(EVERY_MS);
                }
            }
            return lines;
        } catch (IOException unreadable) {
            throw SubprocessBackend.failed("read the output of", unreadable);
        }
    }

    private List<OutputLine> look() throws IOException, InterruptedException {
        List<OutputLine> lines = new ArrayList<>();
        if (hasEnded()) {
            while (readSome(Collections.emptyNavigableMap(), lines::add)) {
                // And on.
            }
            lines.addAll(assembler.finish());
            over = true;
        } else {
            boolean unusedAsItIsAskedAgain = readSome(Collections.emptyNavigableMap(), lines::add);
        }
        return lines;
    }

    private boolean hasEnded() throws IOException, InterruptedException {
        if (System.nanoTime() - askedForLife < LIFE_EVERY_NS) {
            return false;
        }
        askedForLife = System.nanoTime();
        return !life.goesOn();
    }

    @Override
    public boolean isOver() {
        return closed || (over && printed.isEmpty());
    }

    @Override
    public void close() {
        closed = true;
    }
}
