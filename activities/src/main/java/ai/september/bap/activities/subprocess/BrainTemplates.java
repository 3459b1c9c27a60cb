package ai.september.bap.activities.subprocess;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Empty brains, each migrated once by one image, to be copied: a copy takes a few milliseconds, a run of the migrate
 * command starts a process. There is one template, that of the present image. Thread-safe.
 */
final class BrainTemplates {

    private final Path folder;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Set<String> unusable = ConcurrentHashMap.newKeySet();

    BrainTemplates(Path folder) {
        this.folder = folder;
    }

    /** Brings a brain that does not exist to an image's schema. */
    interface Migration {
        void run(Path brain) throws IOException, InterruptedException;
    }

    /**
     * Makes a brain by copying the image's template, which is made first if it is missing.
     *
     * @return false if the image's brains can not be copied, because they are more than one file
     */
    boolean copy(String imageId, Path brain, Migration migration) throws IOException, InterruptedException {
        Path template = template(imageId);
        if (copyIfPresent(template, brain)) {
            return true;
        }
        if (unusable.contains(imageId) || !make(imageId, template, migration)) {
            return false;
        }
        return copyIfPresent(template, brain);
    }

    private boolean copyIfPresent(Path template, Path brain) throws IOException, InterruptedException {
        return locked(lock.readLock(), () -> {
            Path source = template.resolve(EngineFolder.BRAIN);
            boolean present = Files.isRegularFile(source);
            if (present) {
                FileTree.copy(source, brain);
            }
            return present;
        });
    }

    private boolean make(String imageId, Path template, Migration migration) throws IOException, InterruptedException {
        return locked(lock.writeLock(), () -> {
            if (FileTree.isFolder(template)) {
                return true;
            }
            if (unusable.contains(imageId)) {
                return false;
            }
            boolean usable = build(template, migration);
            if (!usable) {
                unusable.add(imageId);
            }
            return usable;
        });
    }

    private boolean build(Path template, Migration migration) throws IOException, InterruptedException {
        FileTree.makeFolder(folder);
        Path draft = folder.resolve(".building-" + UUID.randomUUID());
        FileTree.makeNewFolder(draft);
        try {
            migration.run(draft.resolve(EngineFolder.BRAIN));
            boolean usable = isAllInOneFile(draft);
            if (usable) {
                publish(draft, template);
            }
            return usable;
        } finally {
            FileTree.delete(draft);
        }
    }

    /** Whether the brain is one file: what lies beside it, such as a lock or a log that was taken in, is empty. */
    private static boolean isAllInOneFile(Path draft) throws IOException {
        boolean found = false;
        for (Path file : FileTree.children(draft)) {
            boolean brain = file.endsWith(EngineFolder.BRAIN);
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || brain != Files.size(file) > 0) {
                return false;
            }
            found |= brain;
        }
        return found;
    }

    private void publish(Path draft, Path template) throws IOException {
        FileTree.sync(draft.resolve(EngineFolder.BRAIN));
        FileTree.sync(draft);
        for (Path outdated : FileTree.children(folder)) {
            if (!outdated.equals(draft)) {
                FileTree.delete(outdated);
            }
        }
        Files.move(draft, template, StandardCopyOption.ATOMIC_MOVE);
        FileTree.sync(folder);
    }

    private Path template(String imageId) {
        byte[] digest = ImageDigest.sha256().digest(imageId.getBytes(StandardCharsets.UTF_8));
        return folder.resolve(HexFormat.of().formatHex(digest, 0, 16));
    }

    private static boolean locked(Lock lock, Poll.Condition work) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            return work.holds();
        } finally {
            lock.unlock();
        }
    }
}
