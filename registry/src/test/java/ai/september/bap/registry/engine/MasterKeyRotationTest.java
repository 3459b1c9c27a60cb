package ai.september.bap.registry.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.engine.MasterKeyRotation.Outcome;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.vault.ApiKey;
import ai.september.bap.registry.vault.KeyGenerator;
import ai.september.bap.registry.vault.MasterKey;
import ai.september.bap.registry.vault.MasterKeys;
import ai.september.bap.registry.vault.Vault;
import ai.september.bap.testing.TestDatabase;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MasterKeyRotationTest {

    /** One for each test: a rotation is about all engines of a database. */
    @RegisterExtension
    final TestDatabase db = TestRegistry.database();

    private final MasterKey old = MasterKey.generate();
    private final MasterKey fresh = MasterKey.generate();
    private final Vault oldVault = new Vault(MasterKeys.of(old));
    private final Vault freshVault = new Vault(MasterKeys.of(fresh));
    private final KeyGenerator generator = new KeyGenerator(new SecureRandom());
    private final Map<EngineId, ApiKey> keys = new LinkedHashMap<>();

    private TestRegistry registry;
    private MasterKeyRotation rotation;

    @BeforeEach
    void open() {
        registry = TestRegistry.on(db);
        rotation = new MasterKeyRotation(registry.jdbi, new Vault(MasterKeys.of(fresh, old)));
    }

    /** So many engines whose keys that vault has sealed. */
    private List<EngineId> engines(int count, Vault vault) {
        List<EngineId> engines = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            EngineId engine = registry.engine(registry.runningUser()).engineId();
            ApiKey key = generator.engineKey();
            seal(engine, vault.seal(key), null);
            keys.put(engine, key);
            engines.add(engine);
        }
        return engines;
    }

    /** More engines with the key of that one. */
    private void copies(EngineId engine, int count) {
        registry.jdbi.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO engines (engine_id, product_id, user_id, host_id, status, image, key_hash, key_token)
                        SELECT gen_random_uuid(), product_id, 'u' || n, host_id, 'stopped', image, key_hash, key_token
                        FROM engines, generate_series(1, :count) n WHERE engine_id = :engine""")
                .bind("engine", engine)
                .bind("count", count)
                .execute());
    }

    private void seal(EngineId engine, String token, @Nullable String pending) {
        registry.jdbi.useHandle(handle -> seal(handle, engine, token, pending));
    }

    private static void seal(Handle handle, EngineId engine, String token, @Nullable String pending) {
        handle.createUpdate("""
                        UPDATE engines SET key_token = :token, pending_key_token = :pending,
                            pending_key_hash = CASE WHEN :pending::text IS NOT NULL THEN key_hash END
                        WHERE engine_id = :engine""")
                .bind("engine", engine)
                .bind("token", token)
                .bind("pending", pending)
                .execute();
    }

    private String token(EngineId engine) {
        return registry.jdbi
                .withExtension(EngineDao.class, engines -> engines.find(engine))
                .orElseThrow()
                .keyToken();
    }

    private @Nullable String pendingToken(EngineId engine) {
        return registry.jdbi.withHandle(
                handle -> handle.createQuery("SELECT pending_key_token FROM engines WHERE engine_id = :engine")
                        .bind("engine", engine)
                        .mapTo(String.class)
                        .one());
    }

    private void assertThatTheFreshKeyOpensAll() {
        keys.forEach((engine, key) -> assertThat(freshVault.open(token(engine))).isEqualTo(key));
    }

    private Set<EngineId> replace(EngineId engine, String token, String fresh) {
        return registry.jdbi.withExtension(
                SealedKeyDao.class, dao -> dao.replace(List.of(engine), List.of(token), List.of(fresh)));
    }

    private Outcome run() throws InterruptedException {
        return rotation.run((engines, resealed) -> {});
    }

    @Test
    void everyKeyIsSealedUnderTheFirstMasterKeyAndStaysTheSame() throws Exception {
        engines(7, oldVault);
        EngineId already = engines(1, freshVault).get(0);
        String before = token(already);

        assertThat(run()).isEqualTo(new Outcome(8, 7, 0, 0, List.of()));

        assertThatTheFreshKeyOpensAll();
        assertThat(token(already)).isEqualTo(before);
        assertThat(run()).isEqualTo(new Outcome(8, 0, 0, 0, List.of()));
    }

    @Test
    void noEnginesAreNoTrouble() throws Exception {
        assertThat(run()).isEqualTo(new Outcome(0, 0, 0, 0, List.of()));
        assertThat(run().isComplete()).isTrue();
    }

    @Test
    void theNextKeyOfARotationUnderWayIsSealedToo() throws Exception {
        EngineId engine = engines(1, oldVault).get(0);
        ApiKey next = generator.engineKey();
        seal(engine, token(engine), oldVault.seal(next));

        assertThat(run()).isEqualTo(new Outcome(1, 2, 0, 0, List.of()));

        assertThatTheFreshKeyOpensAll();
        assertThat(freshVault.open(String.valueOf(pendingToken(engine)))).isEqualTo(next);
    }

    @Test
    void aKeyThatNoMasterKeyOpensIsNamedAndTheOthersGoOn() throws Exception {
        engines(3, oldVault);
        EngineId lost =
                engines(1, new Vault(MasterKeys.of(MasterKey.generate()))).get(0);
        EngineId rubbish = engines(1, oldVault).get(0);
        seal(rubbish, "rubbish", "more rubbish");
        String before = token(lost);

        Outcome outcome = run();

        assertThat(outcome.unopenable()).containsExactlyInAnyOrder(lost, rubbish);
        assertThat(outcome.resealed()).isEqualTo(3);
        assertThat(outcome.isComplete()).isFalse();
        assertThat(token(lost)).isEqualTo(before);
        keys.keySet().removeAll(List.of(lost, rubbish));
        assertThatTheFreshKeyOpensAll();
    }

    @Test
    void aKeyThatChangesMeanwhileIsNotOverwritten() throws Exception {
        EngineId engine = engines(1, oldVault).get(0);
        ApiKey next = generator.engineKey();
        Vault meanwhile = new Vault(MasterKeys.of(fresh, old));
        SealedKeyDao.Tokens read = registry.jdbi
                .withExtension(SealedKeyDao.class, dao -> dao.page(new EngineId(new UUID(0, 0)), 10))
                .get(0);
        seal(engine, meanwhile.seal(next), null);

        assertThat(replace(engine, read.keyToken(), freshVault.seal(next))).isEmpty();
        keys.put(engine, next);
        assertThat(run()).isEqualTo(new Outcome(1, 0, 0, 0, List.of()));
        assertThatTheFreshKeyOpensAll();
    }

    /** The next key becomes the engine's between the reading and the writing. */
    @Test
    void aTokenIsReplacedWhereItIsNow() {
        EngineId engine = engines(1, oldVault).get(0);
        ApiKey next = generator.engineKey();
        String pending = oldVault.seal(next);
        seal(engine, token(engine), pending);
        registry.jdbi.useExtension(EngineDao.class, engines -> engines.adoptPendingKey(engine));

        assertThat(replace(engine, pending, freshVault.seal(next))).containsExactly(engine);
        assertThat(freshVault.open(token(engine))).isEqualTo(next);
        assertThat(pendingToken(engine)).isNull();
    }

    @Test
    void aRowThatSomebodyHoldsIsComeBackToWithoutWaitingForIt() throws Exception {
        List<EngineId> engines = engines(5, oldVault);
        AtomicInteger passes = new AtomicInteger();
        Handle holder = registry.jdbi.open();
        holder.begin();
        holder.createQuery("SELECT 1 FROM engines WHERE engine_id = :engine FOR UPDATE")
                .bind("engine", engines.get(2))
                .mapTo(Integer.class)
                .one();

        Outcome outcome = rotation.run((seen, resealed) -> {
            assertThat(resealed).as("the others did not wait").isEqualTo(4);
            passes.incrementAndGet();
            holder.rollback();
            holder.close();
        });

        assertThat(passes).hasValue(1);
        assertThat(outcome).isEqualTo(new Outcome(5, 5, 0, 0, List.of()));
        assertThatTheFreshKeyOpensAll();
    }

    @Test
    void aRowThatIsHeldForTooLongIsLeftAndSaidToBe() throws Exception {
        EngineId held = engines(3, oldVault).get(1);
        try (Handle holder = registry.jdbi.open()) {
            holder.begin();
            holder.execute("SELECT 1 FROM engines WHERE engine_id = ? FOR UPDATE", held.value());

            Outcome outcome = run();

            assertThat(outcome).isEqualTo(new Outcome(3, 2, 0, 1, List.of()));
            assertThat(outcome.isComplete()).isFalse();
            holder.rollback();
        }
        assertThat(run()).isEqualTo(new Outcome(3, 1, 0, 0, List.of()));
    }

    @Test
    void keysThatAnOldReplicaSealsMeanwhileAreFoundAndSaidToBe() throws Exception {
        EngineId engine = engines(2, oldVault).get(0);

        Outcome outcome = rotation.run((seen, resealed) -> {
            ApiKey next = generator.engineKey();
            keys.put(engine, next);
            seal(engine, oldVault.seal(next), null);
        });

        assertThat(outcome).isEqualTo(new Outcome(2, 3, 1, 0, List.of()));
        assertThat(outcome.isComplete()).isFalse();
        assertThatTheFreshKeyOpensAll();
    }

    @Test
    void whatWasInterruptedGoesOnWhereItEnded() throws Exception {
        copies(engines(1, oldVault).get(0), 1_202);

        assertThatThrownBy(() -> rotation.run((engines, resealed) -> {
                    throw new IllegalStateException("killed after " + resealed);
                }))
                .hasMessage("killed after 500");
        assertThat(run()).isEqualTo(new Outcome(1_203, 703, 0, 0, List.of()));
        assertThatTheFreshKeyOpensAll();
    }

    @Test
    void verbsAtTheSameTimeGoOnAndNoKeyIsLost() throws Exception {
        engines(20, oldVault);
        List<UserId> users = keys.keySet().stream()
                .map(engine -> registry.jdbi
                        .withExtension(EngineDao.class, engines -> engines.find(engine))
                        .orElseThrow()
                        .userId())
                .toList();
        CompletableFuture<Void> verbs = CompletableFuture.runAsync(() -> {
            for (int n = 0; n < 10; n++) {
                users.forEach(user -> registry.succeed(registry.begin(Verb.STOP, user)));
                users.forEach(user -> registry.succeed(registry.begin(Verb.START, user)));
            }
        });
        MasterKeyRotation back = new MasterKeyRotation(registry.jdbi, new Vault(MasterKeys.of(old, fresh)));
        while (!verbs.isDone()) {
            assertThat(run().unopenable()).isEmpty();
            assertThat(back.run((engines, resealed) -> {}).unopenable()).isEmpty();
        }

        verbs.join();
        assertThat(run().isComplete()).isTrue();
        assertThatTheFreshKeyOpensAll();
    }

    @Test
    void aHundredThousandEnginesTakeLessThanAMinute() throws Exception {
        copies(engines(1, oldVault).get(0), 99_999);
        long began = System.nanoTime();

        Outcome outcome = run();

        assertThat(outcome).isEqualTo(new Outcome(100_000, 100_000, 0, 0, List.of()));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMinutes(1));
    }
}
