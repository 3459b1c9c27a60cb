package ai.september.bap.bench;

import ai.september.bap.bench.BenchApi.BareRead.ReadDao;
import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.DatabaseSettings;
import ai.september.bap.process.database.DatabasePool;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.database.DatabaseUrl;
import ai.september.bap.registry.database.RegistryJdbi;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.Slug;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.registry.product.Products;
import ai.september.bap.registry.ratelimit.AdmitLog;
import ai.september.bap.registry.ratelimit.RateLimiter;
import ai.september.bap.registry.vault.KeyHash;
import io.dropwizard.db.ManagedDataSource;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.postgresql.Bucket4jPostgreSQL;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Jdbi;

/** Ways to limit admits over replicas, each over PostgreSQL, and the bare read that they are measured by. */
final class LimiterContenders implements AutoCloseable {

    /** As {@code ORCH_API_DB_POOL} is, and what is made of it. */
    private static final int POOL = 32;

    private static final int LIMITER_CONNECTIONS = POOL / 4;
    private static final int LIMITER_THREADS = 4;
    private static final Duration WINDOW = Duration.ofSeconds(60);

    private final ManagedDataSource pool;
    private final ManagedDataSource bucketPool;
    private final ExecutorService executor = Executors.newFixedThreadPool(LIMITER_THREADS);
    private final Jdbi jdbi;
    private final Products products;
    private final KeyHash key = KeyHash.of("pk-sept-" + UUID.randomUUID());
    private final AtomicLong bucketId = new AtomicLong();

    /** Whether one more admit passes. */
    interface Limited {
        boolean passes() throws Exception;
    }

    /** Something new to be limited. */
    interface Limiting {
        Limited by(int limit);
    }

    /** One way. */
    record Contender(String label, Limiting limited) {}

    LimiterContenders(String url) throws Exception {
        pool = open(url);
        // It leaves autocommit off on what it gives back.
        bucketPool = open(url);
        jdbi = RegistryJdbi.create(pool);
        products = new Products(jdbi);
        products.register(new Slug("bare-read"), "bench", Policy.UNLIMITED, key, Actor.admin("bench"));
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(before());
            statement.execute("CREATE TABLE tokens (product_id uuid PRIMARY KEY, began_at timestamptz, used integer)");
            statement.execute("CREATE TABLE bucket (id bigint PRIMARY KEY, state bytea, expires_at bigint)");
        }
    }

    private static ManagedDataSource open(String url) throws Exception {
        ManagedDataSource pool = DatabasePool.open(
                new DatabaseSettings(DatabaseUrl.parse(url), POOL), Role.API, new SimpleMeterRegistry());
        pool.start();
        return pool;
    }

    /** The log of one row for each admit, as its migration made it, beside the one of now. */
    private static String before() throws IOException {
        try (InputStream migration =
                LimiterContenders.class.getResourceAsStream("/db/migration/V006__create_rate_limits.sql")) {
            return new String(Objects.requireNonNull(migration).readAllBytes(), StandardCharsets.UTF_8)
                    .replace("rate_limit_hits", "hits_before")
                    .replace("rate_limits", "limits_before")
                    .replace("take_admit", "take_admit_before");
        }
    }

    /** The bare read first. */
    List<Contender> all() {
        return List.of(
                new Contender("bare read", limit -> this::read),
                new Contender("leases", this::leases),
                new Contender("a row for each admit, as before", this::rowForEach),
                new Contender("one UPDATE for each admit (fixed window)", this::update),
                new Contender(
                        "bucket4j, SELECT FOR UPDATE",
                        limit -> bucket(
                                Bucket4jPostgreSQL.selectForUpdateBasedBuilder(bucketPool)
                                        .build(),
                                limit)),
                new Contender(
                        "bucket4j, advisory lock",
                        limit -> bucket(
                                Bucket4jPostgreSQL.advisoryLockBasedBuilder(bucketPool)
                                        .build(),
                                limit)));
    }

    private boolean read() {
        return jdbi.withExtension(ReadDao.class, dao -> dao.find(key)).isPresent();
    }

    private Limited leases(int limit) {
        RateLimiter limiter = new RateLimiter(new AdmitLog(jdbi), LIMITER_CONNECTIONS, executor);
        ProductId product = product();
        return () -> limiter.take(product, limit)
                .handle((passed, refused) -> refused == null)
                .join();
    }

    private Limited rowForEach(int limit) {
        ProductId product = product();
        return () -> jdbi.withHandle(handle -> handle.createQuery("SELECT take_admit_before(:product, :limit, :window)")
                        .bind("product", product)
                        .bind("limit", limit)
                        .bind("window", WINDOW)
                        .mapTo(Double.class)
                        .one())
                == 0;
    }

    private Limited update(int limit) {
        ProductId product = product();
        jdbi.useHandle(handle -> handle.createUpdate("INSERT INTO tokens VALUES (:product, clock_timestamp(), 0)")
                .bind("product", product)
                .execute());
        return () -> jdbi.withHandle(handle -> handle.createUpdate("""
                        UPDATE tokens
                        SET used = CASE WHEN began_at > clock_timestamp() - :window THEN used ELSE 0 END + 1,
                            began_at = CASE WHEN began_at > clock_timestamp() - :window THEN began_at ELSE clock_timestamp() END
                        WHERE product_id = :product AND (used < :limit OR began_at <= clock_timestamp() - :window)
                        """)
                        .bind("product", product)
                        .bind("limit", limit)
                        .bind("window", WINDOW)
                        .execute())
                == 1;
    }

    private Limited bucket(ProxyManager<Long> buckets, int limit) {
        BucketConfiguration configuration = BucketConfiguration.builder()
                .addLimit(bandwidth -> bandwidth.capacity(limit).refillGreedy(limit, WINDOW))
                .build();
        Bucket bucket = buckets.getProxy(bucketId.incrementAndGet(), () -> configuration);
        return () -> bucket.tryConsume(1);
    }

    private ProductId product() {
        String name = "bench-" + UUID.randomUUID();
        return products.register(
                new Slug(name), "bench", Policy.UNLIMITED, KeyHash.of("pk-sept-" + name), Actor.admin("bench"));
    }

    @Override
    public void close() throws Exception {
        executor.shutdownNow();
        bucketPool.stop();
        pool.stop();
    }
}
