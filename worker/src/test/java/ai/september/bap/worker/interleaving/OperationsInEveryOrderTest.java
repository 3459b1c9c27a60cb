package ai.september.bap.worker.interleaving;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.product.SleepMode;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class OperationsInEveryOrderTest {

    private static final Logger LOG = LoggerFactory.getLogger(OperationsInEveryOrderTest.class);

    private static final int INTERLEAVINGS = Integer.getInteger("interleavings", 200);

    private static final int FIRST = Integer.getInteger("interleavings.first", 0);

    /** Side by side; each waits most of the time. */
    private static final int LANES = Integer.getInteger("interleavings.lanes", 24);

    /** The test server keeps all runs that ever were. */
    private static final int OF_ONE_INSTALLATION = 1_000;

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private final Tally tally = new Tally();

    @Test
    void whateverIsDoneToAnEngineInWhateverOrder() throws Exception {
        Integer seed = Integer.getInteger("interleavings.seed");
        if (seed != null) {
            run(seed, seed + 1);
            return;
        }
        long began = System.nanoTime();
        int end = FIRST + INTERLEAVINGS;
        for (int first = FIRST; first < end; first += OF_ONE_INSTALLATION) {
            run(first, Math.min(end, first + OF_ONE_INSTALLATION));
        }
        LOG.warn("{} interleavings in {} s: {}", INTERLEAVINGS, (System.nanoTime() - began) / 1_000_000_000, tally);
    }

    private void run(int first, int end) throws Exception {
        AtomicInteger next = new AtomicInteger(first);
        ExecutorService lanes = Executors.newFixedThreadPool(LANES);
        try (Installation place = new Installation(db)) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int lane = 0; lane < Math.min(LANES, end - first); lane++) {
                all.add(lanes.submit(() -> lane(place, next, end)));
            }
            for (Future<Integer> lane : all) {
                assertThat(lane.get()).isPositive();
            }
        } finally {
            lanes.shutdownNow();
        }
    }

    private int lane(Installation place, AtomicInteger next, int end) {
        List<ProductId> products = List.of(place.product(SleepMode.PAUSE), place.product(SleepMode.STOP));
        int done = 0;
        try {
            for (int seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
                place.keepAlive();
                new World(seed, place, products.get(seed % 2), tally).run();
                done++;
            }
        } catch (AssertionError failed) {
            next.set(end);
            throw failed;
        }
        return Math.max(1, done);
    }
}
