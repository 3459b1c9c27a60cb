package ai.september.bap.local.home;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The folder of the logs. What has grown large is put aside at the next start, once. */
final class Logs {

    static final long LARGE = 10L * 1024 * 1024;

    private Logs() {}

    static void prepare(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder, "*.log")) {
            for (Path log : logs) {
                if (Files.size(log) > LARGE) {
                    Path aside = log.resolveSibling(log.getFileName() + ".1");
                    Files.move(log, aside, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
