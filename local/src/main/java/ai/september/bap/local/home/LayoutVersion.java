package ai.september.bap.local.home;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;

/** Which layout a state folder has. A folder without a version is taken over only when it is empty. */
final class LayoutVersion {

    /** To be raised by a change that an older version could not read. */
    static final int CURRENT = 1;

    static final String FILE = "layout-version";

    /** What a start that was cut short may have left before it wrote the version. */
    private static final Set<String> HARMLESS = Set.of(HomeLock.FILE, FILE + ".new");

    private LayoutVersion() {}

    /** Refuses a folder that is not to be used; changes nothing. */
    static void check(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (Files.exists(file)) {
            check(folder, PrivateFile.read(file));
        } else {
            requireEmpty(folder);
        }
    }

    /** The same, and makes the folder one of this layout; for who holds its lock. */
    static void claim(Path folder) throws IOException {
        check(folder);
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            PrivateFile.write(file, Integer.toString(CURRENT));
        }
    }

    private static void check(Path folder, String version) {
        if (!version.matches("[1-9][0-9]{0,8}")) {
            throw new LocalException(
                    ExitCode.HOME_BROKEN,
                    "The state folder " + folder + " is broken: its file " + FILE
                            + " holds no number. Restore it, or remove the folder (a factory reset).");
        }
        if (Integer.parseInt(version) > CURRENT) {
            throw new LocalException(
                    ExitCode.HOME_TOO_NEW,
                    "The state folder " + folder + " was written by a newer bap-engine (layout " + version
                            + ", this one knows " + CURRENT
                            + "): update bap-engine, or set BAP_HOME to another folder.");
        }
    }

    private static void requireEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            if (entries.anyMatch(entry -> !HARMLESS.contains(entry.getFileName().toString()))) {
                throw holdsOtherThings(folder);
            }
        }
    }

    static LocalException holdsOtherThings(Path folder) {
        return new LocalException(
                ExitCode.HOME_BROKEN,
                "The folder " + folder + " holds other things (no " + FILE
                        + " in it): set BAP_HOME to an empty or a new folder.");
    }
}
