package ai.september.bap.testing;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Databases that were initialised once and are copied for every test. Thread-safe. */
final class DatabaseTemplates {

    private static final String PRISTINE = "template1";

    private final PostgresServer server;
    private final Map<Consumer<DataSource>, String> templates = new ConcurrentHashMap<>();
    private final AtomicInteger counter = new AtomicInteger();

    DatabaseTemplates(PostgresServer server) {
        this.server = server;
    }

    static DatabaseTemplates shared() {
        return Shared.TEMPLATES;
    }

    /** A new database as the initialiser leaves it; the initialiser runs on the first call only. */
    String copy(Consumer<DataSource> initialiser) {
        return create("test", templates.computeIfAbsent(initialiser, this::initialise));
    }

    void drop(String database) {
        server.execute("DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
    }

    private String initialise(Consumer<DataSource> initialiser) {
        String name = create("template", PRISTINE);
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(server.jdbcUrl(name));
        initialiser.accept(dataSource);
        // A template cannot be copied while anybody is connected: whatever the initialiser left open goes now.
        server.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
        return name;
    }

    private String create(String prefix, String template) {
        String name = prefix + "_" + counter.incrementAndGet();
        server.execute("CREATE DATABASE " + name + " TEMPLATE " + template);
        return name;
    }

    /** Lazy holder. */
    private static final class Shared {
        static final DatabaseTemplates TEMPLATES = new DatabaseTemplates(PostgresServer.shared());
    }
}
