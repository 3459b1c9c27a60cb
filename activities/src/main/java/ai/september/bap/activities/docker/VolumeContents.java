package ai.september.bap.activities.docker;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** What a volume holds, as far as it matters: whose it is, and its brain where that is all there is. */
final class VolumeContents {

    /** Larger ones are no empty brains, and not worth being held in memory. */
    private static final int LARGEST_BRAIN = 8 << 20;

    private final EngineUser owner;
    private final boolean empty;
    private final byte @Nullable [] brain;
    private final long brainOwner;

    private VolumeContents(EngineUser owner, boolean empty, byte @Nullable [] brain, long brainOwner) {
        this.owner = owner;
        this.empty = empty;
        this.brain = brain;
        this.brainOwner = brainOwner;
    }

    /** Reads an archive of {@link Names#DATA} as far as it has to. */
    static VolumeContents read(InputStream archive) throws IOException {
        TarArchiveInputStream tar = new TarArchiveInputStream(archive);
        TarArchiveEntry root = tar.getNextEntry();
        if (root == null || !root.isDirectory()) {
            throw new IOException(Names.DATA + " is not a folder");
        }
        EngineUser owner = new EngineUser(root.getLongUserId(), root.getLongGroupId());
        boolean empty = true;
        byte[] brain = null;
        long brainOwner = owner.uid();
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            empty = false;
            if (isBrain(entry)) {
                brain = tar.readAllBytes();
                brainOwner = entry.getLongUserId();
            } else if (!entry.isFile() || entry.getSize() > 0) {
                return new VolumeContents(owner, false, null, brainOwner);
            }
        }
        return new VolumeContents(owner, empty, brain, brainOwner);
    }

    private static boolean isBrain(TarArchiveEntry entry) {
        return entry.isFile()
                && entry.getSize() <= LARGEST_BRAIN
                && entry.getName().endsWith("/" + Names.BRAIN)
                && entry.getName().indexOf('/') == entry.getName().lastIndexOf('/');
    }

    EngineUser owner() {
        return owner;
    }

    boolean isEmpty() {
        return empty;
    }

    /** Whether that brain is what it holds, and that user's. */
    boolean isExactly(byte[] other, EngineUser user) {
        return Arrays.equals(brain, other) && user.uid() == brainOwner;
    }

    /** The brain, if nothing else is there: what lies beside it, such as a lock or a log that was taken in, is empty. */
    Optional<byte[]> brain() {
        return Optional.ofNullable(brain).filter(bytes -> bytes.length > 0);
    }

    /** Whether it is what an interrupted copy of that brain leaves. */
    boolean isBeginningOf(byte[] other) {
        return brain != null
                && brain.length <= other.length
                && Arrays.equals(brain, 0, brain.length, other, 0, brain.length);
    }
}
