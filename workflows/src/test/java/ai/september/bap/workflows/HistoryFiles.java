package ai.september.bap.workflows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The committed histories. One is added for every new branch or change of a workflow; none is ever edited. */
final class HistoryFiles {

    /** Relative to the module, where its tests run. */
    static final Path FOLDER = Path.of("src/test/resources/histories");

    private static final String EXTENSION = ".json";

    private HistoryFiles() {}

    static List<Path> all() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(EXTENSION))
                    .sorted()
                    .toList();
        }
    }

    /** Where the history of a branch belongs; a later generation of it has a suffix. */
    static Path of(Branch branch, String suffix) {
        return FOLDER.resolve(branch.name() + (suffix.isEmpty() ? "" : "@" + suffix) + EXTENSION);
    }

    /** Whether there is any generation of the branch's history. */
    static boolean has(Branch branch) throws IOException {
        String name = branch.name();
        return all().stream()
                .map(file -> file.getFileName().toString())
                .anyMatch(file -> file.equals(name + EXTENSION) || file.startsWith(name + "@"));
    }
}
