package ai.september.bap.testing;

import static java.util.Objects.requireNonNull;

import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A fresh PostgreSQL database on a real server.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final TestDatabase db = TestDatabase.with(dataSource -> migrate(dataSource));
 * }</pre>
 *
 * <p>In a static field: one database per test class, shared with its nested classes. In an instance field: one per test.
 * It is dropped afterwards, whoever is still connected. Each database is a copy of what the initialiser left, made in
 * some ten milliseconds. The initialiser runs once per JVM for all fields that pass an equal one: to share it between test
 * classes, make it a record.
 */
public final class TestDatabase implements BeforeAllCallback, BeforeEachCallback {

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(TestDatabase.class);

    private final Consumer<DataSource> initialiser;
    private volatile @Nullable Copy current;

    private TestDatabase(Consumer<DataSource> initialiser) {
        this.initialiser = requireNonNull(initialiser, "initialiser");
    }

    /** A database with nothing in it. */
    public static TestDatabase empty() {
        return new TestDatabase(new Nothing());
    }

    /** A database as the initialiser leaves it: migrations, fixtures. */
    public static TestDatabase with(Consumer<DataSource> initialiser) {
        return new TestDatabase(initialiser);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        attach(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        attach(context);
    }

    /** The store of the context that made the copy drops it; inner contexts find it there. */
    private void attach(ExtensionContext context) {
        current = context.getStore(NAMESPACE).computeIfAbsent(this, self -> Copy.of(initialiser), Copy.class);
    }

    /** Every connection is a new one: tests that need a pool put their own in front. Thread-safe. */
    public DataSource dataSource() {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(jdbcUrl());
        return dataSource;
    }

    /** {@code postgresql://user:password@host:port/database}, as an operator writes it. */
    public String url() {
        return "postgresql://%s:%s@127.0.0.1:%d/%s"
                .formatted(
                        PostgresServer.USER,
                        PostgresServer.PASSWORD,
                        PostgresServer.shared().port(),
                        name());
    }

    /** {@code jdbc:postgresql://…} with user and password as parameters. */
    public String jdbcUrl() {
        return PostgresServer.shared().jdbcUrl(name());
    }

    /** The database's name on its server. */
    public String name() {
        Copy copy = current;
        if (copy == null) {
            throw new IllegalStateException("no database yet: annotate the TestDatabase field with @RegisterExtension");
        }
        return copy.name();
    }

    /** As if the database had gone: ends every connection and refuses new ones, until {@link #restore()}. */
    public void cutOff() {
        PostgresServer.shared().execute("ALTER DATABASE " + name() + " ALLOW_CONNECTIONS false");
        PostgresServer.shared()
                .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name() + "'");
    }

    /** Ends what {@link #cutOff()} began. */
    public void restore() {
        PostgresServer.shared().execute("ALTER DATABASE " + name() + " ALLOW_CONNECTIONS true");
    }

    /** Leaves a database as it is; all are equal, so they share one template. */
    private record Nothing() implements Consumer<DataSource> {

        @Override
        public void accept(DataSource dataSource) {}
    }

    /** One copy of a template; closed by JUnit's store. */
    private record Copy(String name) implements AutoCloseable {

        static Copy of(Consumer<DataSource> initialiser) {
            return new Copy(DatabaseTemplates.shared().copy(initialiser));
        }

        @Override
        public void close() {
            DatabaseTemplates.shared().drop(name);
        }
    }
}
