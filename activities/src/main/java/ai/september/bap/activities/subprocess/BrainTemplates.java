package ai.september.bap.activities.subprocess;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Empty brains, each migrated once by one image, to be copied: a copy takes a few milliseconds, a run of the migrate
 * command starts a process. There is one template, that of the present image. Thread-safe.
 */
final class BrainTemplates {

    /** A run of the migrate command is over long before, unless something is wrong with it. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration FAILURE_REMEMBERED = Duration.ofMinutes(1);

    private final Path folder;
    private final Duration patience;

    /** Held for the moment of a copy or of a change, never while a command runs. */
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    /** The one template that is being made. */
    private final AtomicReference<@Nullable CompletableFuture<Boolean>> building = new AtomicReference<>();

    private final Map<String, Long> failedAt = new ConcurrentHashMap<>();
    private final Set<String> unusable = ConcurrentHashMap.newKeySet();

    BrainTemplates(Path folder) {
        this(folder, PATIENCE);
    }

    /** Templates of which each is waited for as long as {@code patience} while another engine's migration makes it. */
    BrainTemplates(Path folder, Duration patience) {
        this.folder = folder;
        this.patience = patience;
    }

    /** Brings a brain that does not exist to an image's schema. */
    interface Migration {
        void run(Path brain) throws IOException, InterruptedException;
    }

    /**
     * Makes a brain by copying the image's template, which is made first if it is missing.
     *
     * @return false if there is nothing to copy: the image's brains are more than one file, or another caller's making of
     *     the template has failed or takes long; this one then migrates its own brain, and waits for nobody
     */
    boolean copy(String imageId, Path brain, Migration migration) throws IOException, InterruptedException {
        Path template = template(imageId);
        if (copyIfPresent(template, brain)) {
            return true;
        }
        if (unusable.contains(imageId) || hasJustFailed(imageId)) {
            return false;
        }
        return make(imageId, template, migration) && copyIfPresent(template, brain);
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

    /** Whoever finds somebody making it waits for a while; it is nobody's last resort. */
    private boolean make(String imageId, Path template, Migration migration) throws IOException, InterruptedException {
        CompletableFuture<Boolean> mine = new CompletableFuture<>();
        CompletableFuture<Boolean> others = building.compareAndExchange(null, mine);
        if (others != null) {
            return isMadeInTime(others);
        }
        try {
            boolean usable = FileTree.isFolder(template) || build(template, migration);
            if (!usable) {
                unusable.add(imageId);
            }
            mine.complete(usable);
            return usable;
        } catch (IOException | RuntimeException failed) {
            failedAt.put(imageId, System.nanoTime());
            throw failed;
        } finally {
            mine.complete(false);
            building.set(null);
        }
    }

    private boolean isMadeInTime(CompletableFuture<Boolean> build) throws InterruptedException {
        try {
            return build.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException notNow) {
            return false;
        }
    }

    private boolean hasJustFailed(String imageId) {
        Long at = failedAt.get(imageId);
        return at != null && System.nanoTime() - at < FAILURE_REMEMBERED.toNanos();
    }

    private boolean build(Path template, Migration migration) throws IOException, InterruptedException {
        FileTree.makeFolder(folder);
        Path draft = folder.resolve(".building-" + UUID.randomUUID());
        FileTree.makeNewFolder(draft);
        try {
            migration.run(draft.resolve(EngineFolder.BRAIN));
            return isAllInOneFile(draft)
                    && locked(lock.writeLock(), () -> {
                        publish(draft, template);
                        return true;
                    });
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
