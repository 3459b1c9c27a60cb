package ai.september.bap.activities.subprocess;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The permission to start one process, and the record of what became of it: a folder.
 *
 * <p>The new process itself writes who it is into the folder, by a rename, before it becomes the engine; if it can not, it
 * ends. So whoever holds the folder knows every process that was started by its permission, though the orchestrator be
 * killed at any moment, and whoever renames the folder takes the permission back: either the process has committed
 * before, then its identity is in there, or it never will. Folder names are not used twice.
 *
 * <p>Nothing here needs to reach the disk: a machine that loses power loses its processes, too, and the identity names
 * the boot.
 */
record Launch(Path folder) {

    /** What a process is started for. */
    enum Kind {
        SERVE,
        MIGRATE;

        private String prefix() {
            return this == SERVE ? "serve" : "migrate";
        }
    }

    private static final Pattern NAME = Pattern.compile("(serve|migrate)-(\\d{9})-[0-9a-f]{8}(\\.revoked)?");

    Launch {
        requireNonNull(folder, "folder");
    }

    static Launch create(Path container, Kind kind, int number) throws IOException {
        String token = UUID.randomUUID().toString().substring(0, 8);
        Path folder = container.resolve("%s-%09d-%s".formatted(kind.prefix(), number, token));
        FileTree.makeNewFolder(folder);
        return new Launch(folder);
    }

    static boolean isLaunch(Path folder) {
        return NAME.matcher(folder.getFileName().toString()).matches() && FileTree.isFolder(folder);
    }

    boolean is(Kind kind) {
        return name().group(1).equals(kind.prefix());
    }

    int number() {
        return Integer.parseInt(name().group(2));
    }

    private Matcher name() {
        Matcher matcher = NAME.matcher(folder.getFileName().toString());
        if (!matcher.matches()) {
            throw new IllegalStateException("not a launch: " + folder);
        }
        return matcher;
    }

    /** Where the new process writes who it is. */
    Path identityFile() {
        return folder.resolve("process");
    }

    /** Whether a process was started by this permission. */
    boolean isCommitted() {
        return Files.exists(identityFile(), LinkOption.NOFOLLOW_LINKS);
    }

    /** The process that was started; empty if none was or the file is damaged. */
    Optional<ProcessIdentity> identity() throws IOException {
        return FileTree.read(identityFile())
                .flatMap(text -> ProcessIdentity.parse(text.lines().toList()));
    }

    /** When the process was started; null if it was not. */
    @Nullable
    Instant startedAt() throws IOException {
        try {
            return Files.getLastModifiedTime(identityFile()).toInstant().truncatedTo(ChronoUnit.MILLIS);
        } catch (NoSuchFileException notCommitted) {
            return null;
        }
    }

    /** Takes the permission back, unless it was used; the launch under its new name. */
    Launch revoke() throws IOException {
        if (name().group(3) != null) {
            return this;
        }
        Path revoked = folder.resolveSibling(folder.getFileName() + ".revoked");
        Files.move(folder, revoked, StandardCopyOption.ATOMIC_MOVE);
        return new Launch(revoked);
    }

    void recordExitCode(int code) throws IOException {
        FileTree.writeUnsynced(folder.resolve("exit"), Integer.toString(code));
    }

    /** The code with which the process ended; null if nobody was there to see it. */
    @Nullable
    Integer exitCode() throws IOException {
        String code = FileTree.read(folder.resolve("exit")).orElse("");
        return code.matches("[0-9]{1,9}") ? Integer.valueOf(code) : null;
    }

    /** Notes that neither the process nor any other of its group lives. */
    void markSettled() throws IOException {
        FileTree.touch(folder.resolve("settled"));
    }

    boolean isSettled() {
        return Files.exists(folder.resolve("settled"), LinkOption.NOFOLLOW_LINKS);
    }
}
