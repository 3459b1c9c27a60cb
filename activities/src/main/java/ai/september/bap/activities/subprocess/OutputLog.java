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
import java.util.Arrays;

/**
 * What the processes of one container print. They write to the file themselves, in append mode, so that their output
 * outlives the orchestrator. A file that has grown too large is copied and then truncated under the writer: what it
 * writes in between is lost.
 *
 * @param file the newest output; older output is in files of the same name with {@code .1}, {@code .2}, …
 */
record OutputLog(Path file, LogLimits limits) {

    OutputLog {
        requireNonNull(file, "file");
        requireNonNull(limits, "limits");
    }

    /** Makes the file if it is missing. */
    void open() throws IOException {
        FileTree.touch(file);
    }

    /** Sets the newest output aside if there is too much of it. Not thread-safe: one caller per log. */
    void rotateIfLarge() throws IOException {
        if (size(file) <= limits.maxBytes()) {
            return;
        }
        if (limits.files() > 1) {
            Path copy = older(0);
            Files.deleteIfExists(copy);
            FileTree.touch(copy);
            Files.write(copy, end(file, limits.maxBytes()));
            shift(copy);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
    }

    private void shift(Path copy) throws IOException {
        for (int age = limits.files() - 2; age >= 1; age--) {
            if (Files.exists(older(age))) {
                Files.move(older(age), older(age + 1), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        Files.move(copy, older(1), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path older(int age) {
        return file.resolveSibling(file.getFileName() + "." + age);
    }

    /** The last output, at most {@code maxBytes} of it; empty if there is none. */
    String tail(int maxBytes) throws IOException {
        byte[] tail = end(file, maxBytes);
        for (int age = 1; age < limits.files() && tail.length < maxBytes; age++) {
            tail = concatenate(end(older(age), maxBytes - tail.length), tail);
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
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(size, maxBytes));
            long start = size - buffer.capacity();
            int read = 0;
            while (buffer.hasRemaining() && read >= 0) {
                read = channel.read(buffer, start + buffer.position());
            }
            return Arrays.copyOf(buffer.array(), buffer.position());
        } catch (NoSuchFileException nothingPrinted) {
            return new byte[0];
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
