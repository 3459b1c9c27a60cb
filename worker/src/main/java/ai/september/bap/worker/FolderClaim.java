package ai.september.bap.worker;

import ai.september.bap.process.configuration.InvalidConfigurationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The claim of one worker on its folder of engine processes: two would rotate the same logs and sweep each other's
 * half-made brains away. The operating system gives it up when the worker ends in whatever way. The file names the holder.
 */
final class FolderClaim implements AutoCloseable {

    private static final String FILE = "worker.lock";

    private final FileChannel channel;

    private FolderClaim(FileChannel channel) {
        this.channel = channel;
    }

    /** Throws {@link InvalidConfigurationException} when the folder is another worker's, or cannot be written. */
    static FolderClaim take(Path folder) {
        Path file = folder.toAbsolutePath().normalize().resolve(FILE);
        try {
            Files.createDirectories(file.getParent());
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isTaken(channel)) {
                channel.truncate(0);
                channel.write(
                        ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
                return new FolderClaim(channel);
            }
            channel.close();
        } catch (IOException unusable) {
            throw refusal(file, "cannot be written; name a folder that can");
        }
        throw refusal(
                file,
                "has a worker already (its process id is in " + FILE + "): end that one, or give each worker"
                        + " a folder and an ORCH_HOST_ID of its own");
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() == null;
        } catch (OverlappingFileLockException heldByThisJvm) {
            return true;
        }
    }

    private static InvalidConfigurationException refusal(Path file, String fault) {
        return new InvalidConfigurationException(
                List.of("ORCH_SUBPROCESS_FOLDER: " + file.getParent() + " " + fault + "."));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
