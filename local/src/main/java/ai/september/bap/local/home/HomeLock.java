package ai.september.bap.local.home;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The claim of one process on a state folder. The operating system gives it up when that process ends in whatever way,
 * so a lock can never be left behind. The file names the holder.
 */
final class HomeLock implements AutoCloseable {

    static final String FILE = "lock";

    /** Bytes: the longest pid and a line end. */
    private static final int LONGEST = 20;

    private final FileChannel channel;

    private HomeLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock or says who holds it. */
    static HomeLock take(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            throw new LocalException(
                    ExitCode.HOME_IN_USE,
                    "The state folder " + folder + " is in use by another ./bap dev (pid " + holder(file)
                            + "): stop that one, or set BAP_HOME to another folder.");
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
        return new HomeLock(channel);
    }

    /**
     * Refuses a file of that name that somebody else has put there. To be asked before the lock is taken: whoever closes
     * a file gives up all locks this process has on it.
     */
    static void requireOurs(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        boolean ours = Files.notExists(file)
                || (Files.size(file) <= LONGEST
                        && Files.readString(file, StandardCharsets.ISO_8859_1).matches("[0-9]*\n?"));
        if (!ours) {
            throw LayoutVersion.holdsOtherThings(folder);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisJvm) {
            return null;
        }
    }

    private static String holder(Path file) throws IOException {
        String pid = Files.readString(file).strip();
        return pid.isEmpty() ? "unknown" : pid;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
