package ai.september.bap.local.home;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The state folder of {@code ./bap dev}, held by this process until closed. Only its owner can look into it. Removing
 * the folder is a factory reset.
 */
public final class BapHome implements AutoCloseable {

    private final Path folder;
    private final HomeLock lock;

    private BapHome(Path folder, HomeLock lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Creates the folder where it is missing, and takes it.
     *
     * @throws LocalException when another process holds it, a newer version wrote it, or it cannot be used
     */
    public static BapHome open(Path folder) {
        try {
            return claim(create(folder));
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    private static Path create(Path folder) throws IOException {
        Files.createDirectories(folder.toAbsolutePath());
        return folder.toRealPath();
    }

    private static BapHome claim(Path folder) throws IOException {
        // Before the lock is written: what is refused is left as it is.
        LayoutVersion.check(folder);
        HomeLock.requireOurs(folder);
        HomeLock lock = HomeLock.take(folder);
        try {
            LayoutVersion.claim(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            Logs.prepare(folder.resolve("logs"));
            return new BapHome(folder, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static LocalException unusable(Path folder, IOException e) {
        String reason = e instanceof FileSystemException ? e.getClass().getSimpleName() + " " + e.getMessage() : "" + e;
        return new LocalException(
                ExitCode.HOME_BROKEN,
                "Cannot use the state folder " + folder + " (" + reason
                        + "): make it a folder you can write to, or set BAP_HOME to another one.",
                e);
    }

    /** Absolute, without symbolic links. */
    public Path folder() {
        return folder;
    }

    /** Where all parts log. */
    public Path logs() {
        return folder.resolve("logs");
    }

    /** Where one part's output goes; the folder exists. */
    public Path log(String part) {
        return logs().resolve(part + ".log");
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }
}
