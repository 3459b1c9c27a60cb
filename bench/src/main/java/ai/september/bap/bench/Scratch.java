package ai.september.bap.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder for one run, on the disk that {@code ./bap dev} would use; gone when closed. */
final class Scratch implements AutoCloseable {

    private final Path folder;

    Scratch() throws IOException {
        Path parent = Files.createDirectories(Path.of("bench", "target").toAbsolutePath());
        folder = Files.createTempDirectory(parent, "scratch-");
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
