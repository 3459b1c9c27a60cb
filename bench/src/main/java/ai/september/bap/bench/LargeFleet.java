package ai.september.bap.bench;

import ai.september.bap.registry.database.DatabaseUrl;
import ai.september.bap.registry.database.RegistryJdbi;
import ai.september.bap.registry.product.KnownKey;
import ai.september.bap.registry.product.Products;
import ai.september.bap.registry.vault.KeyGenerator;
import ai.september.bap.registry.vault.KeyHash;
import ai.september.bap.registry.vault.MasterKey;
import ai.september.bap.registry.vault.MasterKeys;
import ai.september.bap.registry.vault.Vault;
import java.security.SecureRandom;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.ds.PGSimpleDataSource;

/** Rows of engines that nobody made, and of their past, written straight into an orchestrator's database. */
final class LargeFleet {

    private static final String INDEXES = """
            FROM pg_indexes WHERE tablename = 'audit_log' AND indexname <> 'audit_log_pk'
            """;

    private final Jdbi jdbi;
    private final KnownKey product;
    private int engines;

    LargeFleet(Orchestrator orchestrator, String platformKey) {
        PGSimpleDataSource database = new PGSimpleDataSource();
        DatabaseUrl url = DatabaseUrl.parse(orchestrator.databaseUrl());
        database.setUrl(url.jdbcUrl());
        database.setUser(url.user());
        database.setPassword(url.password());
        this.jdbi = RegistryJdbi.create(database);
        this.product = new Products(jdbi).authenticate(KeyHash.of(platformKey)).orElseThrow();
    }

    /** The name of the nth user, from 1 on. */
    static String user(int number) {
        return "fleet-" + number;
    }

    /** Adds engines until there are so many: nine of ten run, one of a thousand has failed. */
    void growTo(int total) {
        String token = new Vault(MasterKeys.of(MasterKey.parse(Stack.MASTER_KEY)))
                .seal(new KeyGenerator(new SecureRandom()).engineKey());
        jdbi.useHandle(handle -> {
            handle.createUpdate("""
                            INSERT INTO engines (engine_id, product_id, user_id, host_id, status, ever_ran, image, key_hash,
                                key_token, last_health_at, created_at)
                            SELECT md5('fleet' || n)::uuid, :product, 'fleet-' || n, (SELECT min(host_id) FROM hosts),
                                CASE WHEN n % 1000 = 0 THEN 'failed' WHEN n % 10 = 5 THEN 'stopped' ELSE 'running' END, true,
                                'september-engine:2.3.0', sha256(n::text::bytea), :token, now(),
                                now() - (1000000 - n) * interval '1 second'
                            FROM generate_series(:from, :total) AS n
                            """)
                    .bind("product", product.product().productId())
                    .bind("token", token)
                    .bind("from", engines + 1)
                    .bind("total", total)
                    .execute();
            // As autovacuum does a minute later.
            handle.execute("VACUUM ANALYZE engines");
        });
        engines = total;
    }

    /** Writes so many audit rows over the last 90 days, half of them refused admits. */
    void remember(int rows) {
        jdbi.useHandle(handle -> {
            List<String> indexes = handle.createQuery("SELECT indexdef " + INDEXES)
                    .mapTo(String.class)
                    .list();
            handle.createQuery("SELECT indexname " + INDEXES)
                    .mapTo(String.class)
                    .list()
                    .forEach(index -> handle.execute("DROP INDEX " + index));
            insert(handle, rows);
            indexes.forEach(index -> {
                Progress.say(index);
                handle.execute(index);
            });
            handle.execute("VACUUM ANALYZE audit_log");
        });
    }

    private void insert(Handle handle, int rows) {
        Progress.say("writing " + rows + " audit rows");
        handle.createUpdate("""
                        INSERT INTO audit_log (timestamp, product_id, user_id, engine_id, action, actor, metadata, duration_ms)
                        SELECT now() - (:rows - n) * interval '90 days' / :rows, :product, 'fleet-' || 1 + n % :engines,
                            md5('fleet' || 1 + n % :engines)::uuid,
                            CASE WHEN n % 50000 = 0 THEN 'destroy' WHEN n % 2 = 0 THEN 'admit_denied'
                                WHEN n % 20 = 1 THEN 'provision' WHEN n % 4 = 1 THEN 'stop' ELSE 'start' END,
                            'bench',
                            CASE WHEN n % 2 = 0 THEN '{"reason": "engine_stopped"}'::jsonb
                                ELSE jsonb_build_object('operation_id', md5(n::text)::uuid, 'outcome', 'succeeded',
                                    'engine_status', 'running', 'boot_ms', 250) END,
                            900
                        FROM generate_series(1, :rows) AS n
                        """)
                .bind("rows", rows)
                .bind("product", product.product().productId())
                .bind("engines", engines)
                .execute();
    }
}
