package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Admit of a running engine is one indexed read: no write, no Temporal, no engine host. Shown with Temporal and the worker
 * away, by PostgreSQL's own count of what is done in a database.
 */
class HotPathIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR =
            new Orchestrator(Map.of("ORCH_PORT_MIN", "24001", "ORCH_PORT_MAX", "24999"));

    private static final int ADMITS = 1_000;
    private static final int OTHERS = 3_000;

    /** What PostgreSQL has counted. */
    public record Counts(long transactions, long written, long stamped, long sequentialScans, long rowsRead) {

        Counts since(Counts before) {
            return new Counts(
                    transactions - before.transactions,
                    written - before.written,
                    stamped - before.stamped,
                    sequentialScans - before.sequentialScans,
                    rowsRead - before.rowsRead);
        }
    }

    private record Ids(UUID engine, UUID key) {}

    @Test
    void aThousandAdmitsAreAThousandIndexedReads() throws Exception {
        Product product = ORCHESTRATOR.register("hot");
        product.provision("u");
        Ids ids = ids(product);
        seedOthers(product);
        ORCHESTRATOR.deployment().stopWorker();
        ORCHESTRATOR.deployment().stopTemporal();
        Counts idle = settled();
        awaitConnections(product);
        Instant before = now();

        for (int n = 0; n < ADMITS; n++) {
            assertThat(product.admit("u", "{\"auto_provision\":true,\"auto_wake\":true}")
                            .isOk()
                            .text("/engine/status"))
                    .isEqualTo("running");
        }
        awaitStampsSince(before, ids);
        Counts spent = settled().since(idle);

        assertThat(spent.written()).as("rows written").isZero();
        assertThat(spent.stamped())
                .as("stamps of engine, key and replica: each every two seconds at most, and no more than that")
                .isBetween(2L, ADMITS / 10L);
        assertThat(spent.sequentialScans()).as("scans of whole tables").isZero();
        assertThat(spent.transactions())
                .as("statements: one an admit, and now and then one of the pool's own")
                .isBetween((long) ADMITS, ADMITS + 100L);
        assertThat(spent.rowsRead()).as("key, product, engine, host").isBetween(4L * ADMITS, 5L * ADMITS);
    }

    /** Enough neighbours that a scan of the whole table would be the planner's last choice. */
    private static void seedOthers(Product product) {
        ORCHESTRATOR.sql().useHandle(handle -> {
            handle.createUpdate("""
                            INSERT INTO engines (engine_id, product_id, user_id, host_id, status, ever_ran, image, key_hash, key_token)
                            SELECT gen_random_uuid(), :product, 'other-' || n, 'local', 'stopped', true, 'x',
                                decode(repeat('ab', 32), 'hex'), 't'
                            FROM generate_series(1, :others) AS n
                            """)
                    .bind("product", UUID.fromString(product.productId()))
                    .bind("others", OTHERS)
                    .execute();
            handle.execute("""
                    INSERT INTO operations (operation_id, engine_id, product_id, user_id, host_id, kind, status, actor,
                        fence, previous_status, finished_at)
                    SELECT gen_random_uuid(), engine_id, product_id, user_id, host_id, 'stop', 'succeeded', 'x', 1, 'running', now()
                    FROM engines WHERE status = 'stopped'
                    """);
            handle.execute("""
                    INSERT INTO products (product_id, slug, display_name)
                    SELECT gen_random_uuid(), 'other-' || n, 'Other' FROM generate_series(1, 3000) AS n
                    """);
            handle.execute("""
                    INSERT INTO platform_keys (key_id, product_id, key_hash)
                    SELECT gen_random_uuid(), product_id, sha256(product_id::text::bytea) FROM products WHERE slug LIKE 'other-%'
                    """);
            handle.execute("ANALYZE");
        });
    }

    /** Every backend reports what it did when it ends, so all of the API's are ended; it makes new ones by itself. */
    private static Counts settled() {
        ORCHESTRATOR
                .sql()
                .useHandle(handle -> handle.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()"));
        return ORCHESTRATOR
                .sql()
                .withHandle(handle -> handle.createQuery("""
                        SELECT (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()) AS transactions,
                            sum(changed) FILTER (WHERE NOT stamps) AS written,
                            sum(changed) FILTER (WHERE stamps) AS stamped,
                            -- The hosts are a page, as an index of them would be.
                            sum(seq_scan) FILTER (WHERE relname <> 'hosts') AS sequential_scans,
                            sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) AS rows_read
                        FROM pg_stat_user_tables,
                            LATERAL (SELECT n_tup_ins + n_tup_upd + n_tup_del AS changed,
                                relname IN ('engine_activity', 'platform_key_use', 'admitting_replicas') AS stamps) AS counted
                        """)
                        .map((row, context) -> new Counts(
                                row.getLong("transactions"),
                                row.getLong("written"),
                                row.getLong("stamped"),
                                row.getLong("sequential_scans"),
                                row.getLong("rows_read")))
                        .one());
    }

    private static Instant now() {
        return ORCHESTRATOR
                .sql()
                .withHandle(handle ->
                        handle.createQuery("SELECT now()").mapTo(Instant.class).one());
    }

    /** What the product's key and only engine were last used at is kept under these. */
    private static Ids ids(Product product) {
        return ORCHESTRATOR
                .sql()
                .withHandle(handle -> handle.createQuery("""
                        SELECT engine_id, key_id FROM engines JOIN platform_keys USING (product_id)
                        WHERE product_id = :product
                        """)
                        .bind("product", UUID.fromString(product.productId()))
                        .map((row, context) ->
                                new Ids(row.getObject("engine_id", UUID.class), row.getObject("key_id", UUID.class)))
                        .one());
    }

    /** Until both stamps are written down; asked rarely, by index and on one connection, because the asking is counted, too. */
    private static void awaitStampsSince(Instant before, Ids ids) {
        ORCHESTRATOR.sql().useHandle(handle -> {
            handle.execute("SET enable_seqscan = off");
            Await.atMost(Duration.ofSeconds(30), "engine and key are stamped")
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> handle.createQuery("""
                                    SELECT EXISTS (SELECT FROM engine_activity WHERE engine_id = :engine AND last_admit_at > :before)
                                        AND EXISTS (SELECT FROM platform_key_use WHERE key_id = :key AND last_used_at > :before)
                                    """)
                            .bind("engine", ids.engine())
                            .bind("key", ids.key())
                            .bind("before", before)
                            .mapTo(Boolean.class)
                            .one());
        });
    }

    /** Until the API has connections again. */
    private static void awaitConnections(Product product) {
        Await.atMost(Duration.ofSeconds(30), "the API reads again")
                .until(() -> product.get("u").status() == 200);
    }
}
