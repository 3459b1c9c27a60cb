package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.BrainMigration.Outcome;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Empty brains, each migrated once by one image, to be copied: a copy takes a few milliseconds, a run of the migrate
 * command starts a container. They are kept in this process alone, so each worker's first engine of an image makes its
 * own. Thread-safe.
 */
final class BrainCopies {

    /** A run of the migrate command is over long before, unless something is wrong with it. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final int MOST_KEPT = 4;

    private final Map<String, byte[]> brains = few();

    private final Map<String, CompletableFuture<Optional<byte[]>>> making = new ConcurrentHashMap<>();

    /** Images whose brains are more than one small file. */
    private final Set<String> unusable = ConcurrentHashMap.newKeySet();

    /** Puts a brain where it is wanted. */
    interface Copying {
        void copy(byte[] brain) throws InterruptedException;
    }

    /** Makes a brain where it is wanted, and gives it for copying if that is possible. */
    interface Making {
        Optional<byte[]> make() throws InterruptedException;
    }

    /** By image id, of the latest images only, since each may be megabytes. */
    static <T> Map<String, T> few() {
        return Collections.synchronizedMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > MOST_KEPT;
            }
        });
    }

    Optional<byte[]> find(String imageId) {
        return Optional.ofNullable(brains.get(imageId));
    }

    /** Brings a brain of that image about in the cheapest way. Of several at once one makes it and the others copy that. */
    Outcome obtain(String imageId, Copying copying, Making making) throws InterruptedException {
        Optional<byte[]> known = find(imageId);
        if (known.isEmpty() && !unusable.contains(imageId)) {
            CompletableFuture<Optional<byte[]>> mine = new CompletableFuture<>();
            CompletableFuture<Optional<byte[]>> others = this.making.putIfAbsent(imageId, mine);
            if (others == null) {
                return make(imageId, mine, making);
            }
            known = awaited(others);
        }
        if (known.isPresent()) {
            copying.copy(known.get());
            return Outcome.COPIED;
        }
        Optional<byte[]> unusedOnlyOwn = making.make();
        return Outcome.MIGRATED;
    }

    private Outcome make(String imageId, CompletableFuture<Optional<byte[]>> mine, Making making)
            throws InterruptedException {
        try {
            Optional<byte[]> made = making.make();
            made.ifPresentOrElse(brain -> brains.put(imageId, brain), () -> unusable.add(imageId));
            mine.complete(made);
            return Outcome.MIGRATED;
        } finally {
            mine.complete(Optional.empty());
            this.making.remove(imageId, mine);
        }
    }

    private static Optional<byte[]> awaited(CompletableFuture<Optional<byte[]>> others) throws InterruptedException {
        try {
            return others.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException notNow) {
            return Optional.empty();
        }
    }
}
