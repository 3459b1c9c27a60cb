package ai.september.bap.workflows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The committed histories, a folder for each release and {@value #NEXT} for the one to come. A release copies that folder
 * to one of its version's name, which from then on is only read.
 */
final class HistoryFiles {

    /** What the code as it stands records. */
    static final String NEXT = "next";

    /** Relative to the module, where its tests run. */
    private static final Path FOLDER = Path.of("src/test/resources/histories");

    private static final String EXTENSION = ".json";

    private HistoryFiles() {}

    /** The names of the folders. */
    static List<String> releases() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    /** The histories of one release. */
    static List<Path> of(String release) throws IOException {
        try (Stream<Path> files = Files.list(FOLDER.resolve(release))) {
            return files.filter(file -> file.toString().endsWith(EXTENSION))
                    .sorted()
                    .toList();
        }
    }

    /** Where a chore's history belongs. */
    static Path of(Chore chore) {
        return FOLDER.resolve(NEXT).resolve(chore.name() + EXTENSION);
    }

    /** Where the history belongs that the code as it stands writes in a branch. */
    static Path of(Branch branch) {
        return FOLDER.resolve(NEXT).resolve(branch.name() + EXTENSION);
    }
}
