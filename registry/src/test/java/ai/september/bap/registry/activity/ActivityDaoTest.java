package ai.september.bap.registry.activity;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Products;
import ai.september.bap.registry.vault.KeyHash;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ActivityDaoTest {

    private static final long SECOND = 1_000_000;

    private static final Duration SOON = Duration.ofSeconds(30);

    private static final int MANY = 50;

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private TestRegistry registry;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
    }

    private EngineId engine() {
        return registry.engine(registry.runningUser()).engineId();
    }

    private int stamp(List<EngineId> engines, List<Long> ages) {
        return registry.jdbi.withExtension(ActivityDao.class, activity -> activity.stampEngines(engines, ages));
    }

    /** Seconds since the engine was last admitted, rounded. */
    private Optional<Long> age(EngineId engine) {
        return registry.jdbi.withHandle(handle ->
                handle.createQuery("""
                        SELECT round(extract(epoch FROM clock_timestamp() - last_admit_at)) FROM engine_activity
                        WHERE engine_id = :engine""").bind("engine", engine).mapTo(Long.class).findOne());
    }

    @Test
    void aStampIsAsOldAsItIsSaidToBe() {
        EngineId admitted = engine();
        EngineId never = engine();

        assertThat(stamp(List.of(admitted), List.of(100 * SECOND))).isEqualTo(1);

        assertThat(age(admitted).orElseThrow()).isBetween(100L, 110L);
        assertThat(age(never)).isEmpty();
    }

    @Test
    void aStampNeverMovesBackwards() {
        EngineId engine = engine();
        stamp(List.of(engine), List.of(100 * SECOND));

        assertThat(stamp(List.of(engine), List.of(500 * SECOND))).isZero();
        assertThat(age(engine).orElseThrow()).isBetween(100L, 110L);

        assertThat(stamp(List.of(engine), List.of(0L))).isEqualTo(1);
        assertThat(age(engine).orElseThrow()).isBetween(0L, 10L);
    }

    @Test
    void enginesThatWereDestroyedMeanwhileAreLeftOutAndTheirStampsGoWithThem() {
        UserId user = registry.runningUser();
        EngineId gone = registry.engine(user).engineId();
        EngineId stays = engine();
        stamp(List.of(gone), List.of(0L));

        registry.succeed(registry.begin(Verb.DESTROY, user));

        assertThat(age(gone)).isEmpty();
        assertThat(stamp(List.of(gone, stays), List.of(0L, 0L))).isEqualTo(1);
        assertThat(age(stays)).isPresent();
    }

    @Test
    void anEngineThatSomebodyHasLockedDoesNotHoldUpItsSecondStamp() throws Exception {
        EngineId engine = engine();
        stamp(List.of(engine), List.of(SECOND));

        registry.jdbi.useTransaction(handle -> {
            handle.attach(EngineDao.class).lock(engine);
            assertThat(inAnotherThread(() -> stamp(List.of(engine), List.of(0L))))
                    .isEqualTo(1);
        });
    }

    /** Each flush in an order of its own; a deadlock would fail one of them. */
    @Test
    void replicasThatFlushTheSameEnginesDoNotLockEachOtherOut() throws Exception {
        List<EngineId> engines = Stream.generate(this::engine).limit(30).toList();
        ExecutorService replicas = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Boolean>> flushes = Collections.nCopies(40, () -> {
                List<EngineId> shuffled = new ArrayList<>(engines);
                Collections.shuffle(shuffled);
                stamp(shuffled, Collections.nCopies(shuffled.size(), 0L));
                return true;
            });
            for (Future<Boolean> flush : replicas.invokeAll(flushes)) {
                assertThat(flush.get()).isTrue();
            }
        } finally {
            replicas.shutdownNow();
        }
    }

    /**
     * No new version of the engine's row, and none of an index entry: PostgreSQL counts such updates. Again, should somebody's
     * snapshot, for example that of an automatic ANALYZE, have kept old versions in their page.
     */
    @Test
    void aStampReplacesTheOneBeforeWithinItsPage() {
        EngineId engine = engine();
        stamp(List.of(engine), List.of(0L));

        Await.atMost(SOON, "all of many stamps stay within their page").until(() -> {
            long before = updates("n_tup_upd");
            long elsewhere = updates("n_tup_upd - n_tup_hot_upd");
            for (int n = 0; n < MANY; n++) {
                stamp(List.of(engine), List.of(0L));
            }
            Await.atMost(SOON, "they are counted").until(() -> updates("n_tup_upd") >= before + MANY);
            return updates("n_tup_upd - n_tup_hot_upd") == elsewhere;
        });
    }

    private long updates(String which) {
        return registry.count("SELECT " + which + " FROM pg_stat_user_tables WHERE relname = 'engine_activity'");
    }

    @Test
    void platformKeysAreStampedTooAndUnknownOnesLeftOut() {
        KeyHash hash = KeyHash.of("pk-sept-" + UUID.randomUUID());
        Products products = new Products(registry.jdbi);
        products.register(new Slug("used-" + UUID.randomUUID()), "Used", Policy.UNLIMITED, hash, Actor.admin("tests"));
        UUID key = products.authenticate(hash).orElseThrow().keyId();

        int newer = registry.jdbi.withExtension(
                ActivityDao.class,
                activity -> activity.stampKeys(List.of(UUID.randomUUID(), key), List.of(0L, 3 * SECOND)));

        assertThat(newer).isEqualTo(1);
        assertThat(registry.jdbi.<List<UUID>, RuntimeException>withHandle(
                        handle -> handle.createQuery("SELECT key_id FROM platform_key_use")
                                .mapTo(UUID.class)
                                .list()))
                .contains(key);
    }

    private static <T> T inAnotherThread(Callable<T> work) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            return thread.submit(work).get(10, TimeUnit.SECONDS);
        } finally {
            thread.shutdownNow();
        }
    }
}
