package ai.september.bap.activities.subprocess;

import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * By when the output in a file had been printed: processes write there themselves, without times. Positions are counted
 * from the first byte that the container has ever printed, whatever was dropped since. A line of text for each look at the
 * output at which there was more of it: position and milliseconds; the first has the position at which the file begins.
 */
record OutputTimes(Path file) {

    OutputTimes {
        requireNonNull(file, "file");
    }

    /** Where the file that these times are of begins; empty if nothing is on record. */
    Optional<Long> begin() throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
            String first = reader.readLine();
            return first == null ? Optional.empty() : entry(first).map(Map.Entry::getKey);
        } catch (NoSuchFileException nothingYet) {
            return Optional.empty();
        }
    }

    /** Adds them to those of other files. */
    void readInto(NavigableMap<Long, Instant> times) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                entry(line).ifPresent(entry -> times.put(entry.getKey(), entry.getValue()));
            }
        } catch (NoSuchFileException nothingYet) {
            // Then there is nothing to add.
        }
    }

    /** The last position on record; empty if there is none. */
    Optional<Long> last() throws IOException {
        NavigableMap<Long, Instant> times = new TreeMap<>();
        readInto(times);
        return times.isEmpty() ? Optional.empty() : Optional.of(times.lastKey());
    }

    /** What was printed before that position was printed by then. */
    void add(long position, Instant by) throws IOException {
        FileTree.touch(file);
        Files.writeString(
                file, position + " " + by.toEpochMilli() + "\n", StandardCharsets.US_ASCII, StandardOpenOption.APPEND);
    }

    /** Size of the record, in bytes. */
    long size() throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException nothingYet) {
            return 0;
        }
    }

    /** Empty for what a crash left half written. */
    private static Optional<Map.Entry<Long, Instant>> entry(String line) {
        int blank = line.indexOf(' ');
        try {
            return Optional.of(Map.entry(
                    Long.parseLong(line.substring(0, Math.max(0, blank))),
                    Instant.ofEpochMilli(Long.parseLong(line.substring(blank + 1)))));
        } catch (NumberFormatException halfWritten) {
            return Optional.empty();
        }
    }
}
