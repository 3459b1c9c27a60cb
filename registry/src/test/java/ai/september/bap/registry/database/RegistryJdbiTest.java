package ai.september.bap.registry.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.vault.KeyHash;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RegistryJdbiTest {

    @RegisterExtension
    final TestDatabase db =
            TestDatabase.with(dataSource -> Jdbi.create(dataSource).useHandle(handle -> handle.execute("""
            CREATE TABLE sample (
                engine_id uuid PRIMARY KEY, product_id uuid, operation_id uuid, user_id text, slug text, host_id text,
                image text, key_hash bytea, created_at timestamptz, grace interval, policy jsonb)""")));

    private SampleDao dao;
    private Jdbi jdbi;

    public record Policy(@Nullable Integer maxEngines, Instant since) {}

    /** Public, as @BindMethods demands. */
    public record Sample(
            EngineId engineId,
            @Nullable ProductId productId,
            @Nullable OperationId operationId,
            @Nullable UserId userId,
            @Nullable Slug slug,
            @Nullable HostId hostId,
            @Nullable ImageRef image,
            @Nullable KeyHash keyHash,
            @Nullable Instant createdAt,
            @Nullable Duration grace,
            @org.jdbi.v3.json.Json @Nullable Policy policy) {}

    interface SampleDao {

        String INSERT = """
                INSERT INTO sample VALUES (:engineId, :productId, :operationId, :userId, :slug, :hostId, :image, :keyHash,
                    :createdAt, :grace, :policy)""";

        @SqlUpdate(INSERT)
        void insert(@BindMethods Sample sample);

        @SqlBatch(INSERT)
        void insertAll(@BindMethods List<Sample> samples);

        @SqlQuery("SELECT * FROM sample WHERE engine_id = :engineId")
        Optional<Sample> find(EngineId engineId);

        @SqlQuery("SELECT engine_id FROM sample WHERE engine_id = ANY(:ids)")
        List<EngineId> among(List<EngineId> ids);

        @SqlQuery("SELECT count(*) FROM sample WHERE created_at < :now - :age")
        int olderThan(Instant now, Duration age);
    }

    @BeforeEach
    void open() {
        jdbi = RegistryJdbi.create(db.dataSource());
        dao = jdbi.onDemand(SampleDao.class);
    }

    @Test
    void everyTypeComesBackAsItWent() {
        Sample sample = full(EngineId.random());

        dao.insert(sample);

        assertThat(dao.find(sample.engineId())).contains(sample);
    }

    @Test
    void nullsComeBackAsNulls() {
        Sample sample = new Sample(EngineId.random(), null, null, null, null, null, null, null, null, null, null);

        dao.insert(sample);

        assertThat(dao.find(sample.engineId())).contains(sample);
    }

    @Test
    void batchesAndArraysTakeIds() {
        Sample one = full(EngineId.random());
        Sample two = full(EngineId.random());
        dao.insertAll(List.of(one, two));

        assertThat(dao.among(List.of(two.engineId(), EngineId.random()))).containsExactly(two.engineId());
    }

    @Test
    void columnsHoldThePlainSqlValue() {
        Sample sample = full(EngineId.random());
        dao.insert(sample);

        Map<String, Object> row =
                jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT engine_id::text, user_id, encode(key_hash, 'hex') AS key_hash,
                               policy->>'max_engines' AS max_engines, policy->>'since' AS since,
                               created_at = '2026-01-02T03:04:05.123456Z' AS same_instant
                        FROM sample""").mapToMap().one());

        assertThat(row)
                .containsEntry("engine_id", sample.engineId().toString())
                .containsEntry("user_id", "zoë/✓")
                .containsEntry("key_hash", KeyHash.of("key").toHex())
                .containsEntry("max_engines", "3")
                .containsEntry("since", "2026-01-02T03:04:05.123456Z")
                .containsEntry("same_instant", true);
    }

    @Test
    void timesAndDurationsCanBeReckonedWithInSql() {
        dao.insert(full(EngineId.random()));
        Instant dayAfter = Instant.parse("2026-01-03T03:04:06Z");

        assertThat(dao.olderThan(dayAfter, Duration.ofDays(1))).isEqualTo(1);
        assertThat(dao.olderThan(dayAfter, Duration.ofDays(2))).isZero();
    }

    @Test
    void failuresNameTheStatementButNoArgument() {
        Sample sample = full(EngineId.random());
        dao.insert(sample);

        assertThatThrownBy(() -> dao.insert(sample))
                .isInstanceOf(UnableToExecuteStatementException.class)
                .hasMessageContaining("sample_pkey")
                .hasMessageContaining("INSERT INTO sample")
                .hasMessageNotContainingAny("acme", "september-engine");
    }

    @Test
    void jsonOfANewerProgramIsRead() {
        Sample sample = full(EngineId.random());
        dao.insert(sample);
        jdbi.useHandle(handle -> handle.execute("UPDATE sample SET policy = policy || '{\"shape_of_things\": 1}'"));

        assertThat(dao.find(sample.engineId())).contains(sample);
    }

    private static Sample full(EngineId engineId) {
        Instant time = Instant.parse("2026-01-02T03:04:05.123456Z");
        return new Sample(
                engineId,
                ProductId.random(),
                OperationId.random(),
                new UserId("zoë/✓"),
                new Slug("acme"),
                new HostId("local"),
                new ImageRef("september-engine:2.3.0"),
                KeyHash.of("key"),
                time,
                Duration.ofSeconds(90),
                new Policy(3, time));
    }
}
