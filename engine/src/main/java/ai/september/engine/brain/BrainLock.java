package ai.september.engine.brain;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Held by the one engine that serves a brain, in a file beside it. The system frees it when the process ends, however
 * that happens.
 */
public final class BrainLock implements AutoCloseable {

    private final FileChannel channel;

    private BrainLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock without waiting.
     *
     * @throws BrainInUseException if another process holds it
     */
    public static BrainLock acquire(Path brain) throws IOException, BrainInUseException {
        FileChannel channel =
                FileChannel.open(Path.of(brain + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new BrainInUseException();
        }
        return new BrainLock(channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Another engine serves this brain. */
    public static final class BrainInUseException extends Exception {
        BrainInUseException() {
            super("another engine serves the brain at SQLITE_DB_PATH; stop it first");
        }
    }
}
