package ai.september.bap.registry.database;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.activity.ActivityDao;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.audit.AuditQuery;
import ai.september.bap.registry.engine.AdmitDao;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.engine.FleetDao;
import ai.september.bap.registry.engine.FleetQuery;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.OperationDao;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.OperationQuery;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.product.PlatformKeyDao;
import ai.september.bap.registry.product.ProductDao;
import ai.september.bap.registry.vault.KeyHash;
import ai.september.bap.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * How the hottest statements, and those that could read much, are carried out in a large fleet. With
 * {@code -Dquery.plans=write} it writes {@code docs/query-plans.md}.
 */
class QueryPlansTest {

    private static final int ENGINES = 100_000;
    private static final int AUDIT_ROWS = 3 * ENGINES;
    private static final int OTHER_PRODUCTS = 1_000;
    private static final int STAMPED = 1_000;
    private static final String ADMIT = "Admit, the hot path";
    private static final Pattern WHOLE_TABLE = Pattern.compile("Seq Scan on (engines|operations|audit_log)\\b");
    private static final Path PAGE = Path.of("..", "docs", "query-plans.md");
    private static final FleetQuery ALL = new FleetQuery(null, null, null, null, null);
    private static final UserId USER = new UserId("user-77777");
    private static final KeyHash KEY = KeyHash.of("pk-sept-of-the-large-product");

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private final Map<String, RecordedPlans.Plan> plans = new LinkedHashMap<>();

    @Test
    void noStatementReadsAWholeTable() throws Exception {
        TestRegistry registry = TestRegistry.on(db);
        seed(registry);
        try (Connection connection = db.dataSource().getConnection()) {
            record(new RecordedPlans(connection), registry);
        }

        if ("write".equals(System.getProperty("query.plans"))) {
            write();
        }
        assertThat(plans).hasSize(23);
        assertThat(plans.get(ADMIT))
                .extracting(RecordedPlans.Plan::text)
                .asString()
                .as("an engine's open operation is looked up, however many others there are")
                .contains("Index Cond: (engine_id = e.engine_id)");
        plans.forEach((what, plan) -> assertThat(plan.text()).as(what).doesNotContainPattern(WHOLE_TABLE));
    }

    private void record(RecordedPlans recorder, TestRegistry registry) {
        ProductId product = registry.product;
        EngineId engine = registry.engine(USER).engineId();
        OperationId operation = registry.jdbi.withHandle(
                handle -> handle.createQuery("SELECT operation_id FROM operations WHERE engine_id = :engine")
                        .bind("engine", engine)
                        .mapTo(OperationId.class)
                        .one());
        List<EngineId> stamped = registry.jdbi.withHandle(
                handle -> handle.createQuery("SELECT engine_id FROM engines ORDER BY key_token LIMIT :some")
                        .bind("some", STAMPED)
                        .mapTo(EngineId.class)
                        .list());
        UUID key = registry.jdbi.withExtension(
                PlatformKeyDao.class, keys -> keys.find(KEY).orElseThrow().keyId());

        plans.put(ADMIT, recorder.of(handle -> AdmitDao.read(handle, KEY, USER)));
        record(recorder, "The key of any other request", PlatformKeyDao.class, keys -> keys.find(KEY));
        record(
                recorder,
                "`GET /engines/{user_id}`, and each verb",
                EngineDao.class,
                engines -> engines.find(product, USER));
        record(
                recorder,
                "`GET /operations/{operation_id}`, and whoever waits for one",
                OperationDao.class,
                operations -> operations.find(operation));
        record(
                recorder,
                "What was admitted, every two seconds (here: " + STAMPED + " engines)",
                ActivityDao.class,
                activity -> activity.stampEngines(stamped, Collections.nCopies(STAMPED, 0L)));
        record(
                recorder,
                "Keys that were used, every two seconds",
                ActivityDao.class,
                activity -> activity.stampKeys(List.of(key), List.of(0L)));
        record(recorder, "`GET /status`", EngineDao.class, engines -> engines.countByStatus(product));
        record(recorder, "`GET /engines`, first page", EngineDao.class, engines -> engines.page(product, null, 100, 0));
        record(
                recorder,
                "`GET /engines`, last page",
                EngineDao.class,
                engines -> engines.page(product, null, 100, ENGINES - 100));
        record(
                recorder,
                "`GET /engines`, one state",
                EngineDao.class,
                engines -> engines.page(product, EngineStatus.FAILED, 100, 0));
        record(recorder, "`GET /engines`, its total", EngineDao.class, engines -> engines.count(product, null));
        record(recorder, "`GET /audit`", AuditDao.class, audit -> audit.page(query(product, null)));
        record(
                recorder,
                "`GET /audit` of a rare action",
                AuditDao.class,
                audit -> audit.page(query(product, "destroy")));
        record(
                recorder,
                "`GET /operations`, those that failed",
                OperationDao.class,
                operations -> operations.page(
                        new OperationQuery(product, null, null, OperationStatus.FAILED, null, null, null, 101)));
        record(
                recorder,
                "`GET /operations` of a rare kind",
                OperationDao.class,
                operations -> operations.page(
                        new OperationQuery(product, null, null, null, OperationKind.ROTATE_KEY, null, null, 101)));
        record(
                recorder,
                "`GET /operations` of a user",
                OperationDao.class,
                operations -> operations.page(new OperationQuery(product, null, USER, null, null, null, null, 101)));
        record(
                recorder,
                "`GET /admin/operations` of a user, of all products",
                OperationDao.class,
                operations -> operations.page(new OperationQuery(null, null, USER, null, null, null, null, 101)));
        record(
                recorder,
                "`GET /admin/operations`, those that failed, of all products",
                OperationDao.class,
                operations -> operations.page(
                        new OperationQuery(null, null, null, OperationStatus.FAILED, null, null, null, 101)));
        record(
                recorder,
                "`GET /admin/audit` of a user, of all products",
                AuditDao.class,
                audit -> audit.page(new AuditQuery(null, USER.value(), null, null, null, null, null, null, 101)));
        record(
                recorder,
                "`GET /admin/engines`, last page",
                FleetDao.class,
                fleet -> fleet.page(ALL, 100, ENGINES - 100));
        record(recorder, "`GET /admin/engines`, its total", FleetDao.class, fleet -> fleet.count(ALL));
        record(
                recorder,
                "`GET /admin/engines` of one product",
                FleetDao.class,
                fleet -> fleet.page(new FleetQuery(product, null, null, null, null), 100, 0));
        record(recorder, "`GET /metrics`", ProductDao.class, products -> products.totals(product));
    }

    private <T> void record(RecordedPlans recorder, String what, Class<T> dao, Consumer<T> saying) {
        plans.put(what, recorder.of(handle -> saying.accept(handle.attach(dao))));
    }

    private static AuditQuery query(ProductId product, @Nullable String action) {
        return new AuditQuery(product, null, null, action, null, null, null, null, 101);
    }

    /** One product with the whole fleet, most of which has a past; many products with a key and no engines. */
    private static void seed(TestRegistry registry) {
        registry.jdbi.useHandle(handle -> {
            handle.createUpdate("""
                            INSERT INTO engines (engine_id, product_id, user_id, host_id, status, ever_ran, image, key_hash,
                                key_token, last_health_at, created_at)
                            SELECT gen_random_uuid(), :product, 'user-' || n, :host,
                                CASE WHEN n % 1000 = 0 THEN 'failed' WHEN n % 4 = 0 THEN 'stopped' ELSE 'running' END, true,
                                'september-engine:2.3.0', sha256(n::text::bytea), repeat('k', 140) || md5(n::text), now(),
                                now() - (:engines - n) * interval '1 minute'
                            FROM generate_series(1, :engines) AS n
                            """)
                    .bind("product", registry.product)
                    .bind("host", registry.host)
                    .bind("engines", ENGINES)
                    .execute();
            handle.execute("""
                    INSERT INTO operations (operation_id, engine_id, product_id, user_id, host_id, kind, status, actor, fence,
                        previous_status, created_at, started_at, finished_at)
                    SELECT gen_random_uuid(), engine_id, product_id, user_id, host_id, 'provision', 'succeeded', 'acme', 1,
                        'provisioning', created_at, created_at, created_at
                    FROM engines
                    """);
            handle.createUpdate("""
                            INSERT INTO audit_log (timestamp, product_id, user_id, engine_id, action, actor, metadata,
                                duration_ms)
                            SELECT now() - (:rows - n) * interval '20 seconds', :product, 'user-' || n % :engines,
                                gen_random_uuid(), CASE WHEN n % 10000 = 0 THEN 'destroy' WHEN n % 3 = 0 THEN 'provision'
                                    WHEN n % 3 = 1 THEN 'stop' ELSE 'admit_denied' END, 'acme',
                                jsonb_build_object('outcome', 'succeeded', 'boot_ms', 250), 900
                            FROM generate_series(1, :rows) AS n
                            """)
                    .bind("product", registry.product)
                    .bind("engines", ENGINES)
                    .bind("rows", AUDIT_ROWS)
                    .execute();
            handle.createUpdate("""
                            INSERT INTO products (product_id, slug, display_name)
                            SELECT gen_random_uuid(), 'plan-' || n, 'Other' FROM generate_series(1, :others) AS n
                            """).bind("others", OTHER_PRODUCTS).execute();
            handle.execute(
                    "INSERT INTO product_totals (product_id) SELECT product_id FROM products WHERE slug LIKE 'plan-%'");
            handle.execute("""
                    INSERT INTO platform_keys (key_id, product_id, key_hash)
                    SELECT gen_random_uuid(), product_id, sha256(product_id::text::bytea) FROM products WHERE slug LIKE 'plan-%'
                    """);
            handle.createUpdate("""
                            INSERT INTO platform_keys (key_id, product_id, key_hash)
                            VALUES (gen_random_uuid(), :product, :key)
                            """)
                    .bind("product", registry.product)
                    .bind("key", KEY)
                    .execute();
            handle.execute("VACUUM ANALYZE");
        });
    }

    private void write() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Query plans

                How PostgreSQL carries out the six hottest statements, and those that could read much, in a database of 100,000
                engines of one product, as many operations, 300,000 audit rows and 1,000 other products. `QueryPlansTest` says
                them through their DAOs, takes what `auto_explain` tells of the twelfth time, when they are prepared, and fails
                if one reads the whole of `engines`, `operations` or `audit_log`. To write this page anew:

                ```bash
                mvn verify -pl registry -am -Dtest=QueryPlansTest -Dquery.plans=write -Dsurefire.failIfNoSpecifiedTests=false
                ```

                """);
        assertThat(plans.get(ADMIT))
                .extracting(RecordedPlans.Plan::text)
                .asString()
                .as("an engine's open operation is looked up, however many others there are")
                .contains("Index Cond: (engine_id = e.engine_id)");
        plans.forEach((what, plan) -> page.append("## ")
                .append(what)
                .append("\n\n```sql\n")
                .append(plan.statement())
                .append("\n```\n\n```text\n")
                .append(plan.text())
                .append("\n```\n\n"));
        Files.writeString(PAGE, page.toString().strip() + "\n");
    }
}
