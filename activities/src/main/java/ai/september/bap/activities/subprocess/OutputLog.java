package ai.september.bap.activities.subprocess;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What the processes of one container print. They write to the file themselves, in append mode, so that their output
 * outlives the orchestrator. A file that has grown too large is copied and then truncated under the writer: what it
 * writes in between is lost.
 *
 * <p>{@link #sweep}, {@link #read} and {@link #times} are for one thread at a time.
 *
 * @param file the newest output; older output is in files of the same name with {@code .1}, {@code .2}, …; each has its
 *     {@link OutputTimes} beside it
 */
record OutputLog(Path file, LogLimits limits) {

    /** The clock by which a file system notes times moves so much at once, or less. */
    static final Duration TICK = Duration.ofMillis(10);

    OutputLog {
        requireNonNull(file, "file");
        requireNonNull(limits, "limits");
    }

    /** Makes the file if it is missing. */
    void open() throws IOException {
        FileTree.touch(file);
    }

    /**
     * Notes by when the newest output was printed, and sets it aside if there is too much of it.
     *
     * @param noted its size when it was noted last; negative: to be looked up
     * @return its size now
     */
    long sweep(long noted) throws IOException {
        long size = size(file);
        long known = noted < 0 ? times(0).last().orElse(0L) - begin() : noted;
        if (size != known) {
            // Asked for after the size: whatever is counted in it was written by then.
            note(size, lastWritten());
        }
        if (size + times(0).size() <= limits.maxBytes()) {
            return size;
        }
        rotate(size);
        return 0;
    }

    private void note(long size, Instant by) throws IOException {
        long begin = begin();
        if (times(0).begin().isEmpty()) {
            times(0).add(begin, by);
        }
        times(0).add(begin + size, by);
    }

    /** Or a moment later. */
    private Instant lastWritten() throws IOException {
        try {
            Instant latest = Files.getLastModifiedTime(file).toInstant().plus(TICK);
            return latest.isBefore(Instant.now()) ? latest : Instant.now();
        } catch (NoSuchFileException nothingPrinted) {
            return Instant.now();
        }
    }

    private void rotate(long size) throws IOException {
        long next = begin() + size;
        if (limits.files() > 1) {
            Path copy = older(file, 0);
            Files.deleteIfExists(copy);
            FileTree.touch(copy);
            Files.write(copy, end(file, limits.maxBytes()));
            shift(file, copy);
            if (Files.exists(times(0).file())) {
                shift(times(0).file(), times(0).file());
            }
        }
        Files.deleteIfExists(times(0).file());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
        times(0).add(next, Instant.now());
    }

    private void shift(Path newest, Path first) throws IOException {
        for (int age = limits.files() - 2; age >= 1; age--) {
            if (Files.exists(older(newest, age))) {
                Files.move(older(newest, age), older(newest, age + 1), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        Files.move(first, older(newest, 1), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path older(Path newest, int age) {
        return newest.resolveSibling(newest.getFileName() + "." + age);
    }

    private OutputTimes times(int age) {
        Path newest = file.resolveSibling("output.times");
        return new OutputTimes(age == 0 ? newest : older(newest, age));
    }

    private long begin() throws IOException {
        return times(0).begin().orElse(0L);
    }

    /** By when what stands before a position had been printed, as far as it is on record. */
    NavigableMap<Long, Instant> times() throws IOException {
        NavigableMap<Long, Instant> times = new TreeMap<>();
        for (int age = limits.files() - 1; age >= 0; age--) {
            times(age).readInto(times);
        }
        times.put(begin() + size(file), lastWritten());
        return times;
    }

    /**
     * A stretch of output.
     *
     * @param from its position
     * @param bytes none at the end of all output
     */
    record Stretch(long from, ByteBuffer bytes) {}

    /** One file of output, and the position of its first byte. */
    private record Part(Path file, long from, long length) {

        long to() {
            return from + length;
        }
    }

    /**
     * Output from a position on, at most {@code maxBytes} of it. Where that is dropped already, the next that is kept: what
     * comes then begins in the middle of a line.
     */
    Stretch read(long position, int maxBytes) throws IOException {
        List<Part> parts = parts();
        Part part =
                parts.stream().filter(one -> position < one.to()).findFirst().orElse(parts.get(parts.size() - 1));
        // Beyond its end: somebody has emptied the file.
        long from = position > part.to() ? part.from() : Math.max(position, part.from());
        return new Stretch(from, bytes(part.file(), from - part.from(), maxBytes));
    }

    /** The oldest first. */
    private List<Part> parts() throws IOException {
        Deque<Part> parts = new ArrayDeque<>();
        long next = begin();
        parts.add(new Part(file, next, size(file)));
        for (int age = 1; age < limits.files() && Files.exists(older(file, age)); age++) {
            long length = size(older(file, age));
            parts.addFirst(new Part(older(file, age), next - length, length));
            // Of a file that had grown too large the beginning was dropped.
            next = times(age).begin().orElse(next - length);
        }
        return List.copyOf(parts);
    }

    /** The last output, at most {@code maxBytes} of it; empty if there is none. */
    String tail(int maxBytes) throws IOException {
        byte[] tail = end(file, maxBytes);
        for (int age = 1; age < limits.files() && tail.length < maxBytes; age++) {
            tail = concatenate(end(older(file, age), maxBytes - tail.length), tail);
        }
        return new String(tail, firstCharacter(tail), tail.length - firstCharacter(tail), StandardCharsets.UTF_8);
    }

    /** Where the first whole character begins: a cut may leave up to three bytes of another. */
    private static int firstCharacter(byte[] bytes) {
        int at = 0;
        while (at < Math.min(3, bytes.length) && (bytes[at] & 0xC0) == 0x80) {
            at++;
        }
        return at;
    }

    private static byte[] end(Path file, long maxBytes) throws IOException {
        ByteBuffer end = bytes(file, Math.max(0, size(file) - maxBytes), (int) Math.min(size(file), maxBytes));
        byte[] copy = new byte[end.remaining()];
        end.get(copy);
        return copy;
    }

    /** Ready to be read. */
    private static ByteBuffer bytes(Path file, long start, int maxBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.max(0, Math.min(channel.size() - start, maxBytes)));
            int read = 0;
            while (buffer.hasRemaining() && read >= 0) {
                read = channel.read(buffer, start + buffer.position());
            }
            return buffer.flip();
        } catch (NoSuchFileException nothingPrinted) {
            return ByteBuffer.allocate(0);
        }
    }

    private static byte[] concatenate(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException nothingPrinted) {
            return 0;
        }
    }
}
