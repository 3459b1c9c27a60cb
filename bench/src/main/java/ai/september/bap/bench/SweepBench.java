package ai.september.bap.bench;

import ai.september.bap.bench.Stack.Temporal;
import ai.september.bap.registry.database.DatabaseUrl;
import ai.september.bap.registry.database.RegistryJdbi;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.host.HostOffer;
import ai.september.bap.registry.id.HostId;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.ds.PGSimpleDataSource;

/** What it costs to watch over a large fleet that is well. */
final class SweepBench {

    static final HostId HOST = new HostId("simulated");

    private static final int INTERVAL_S = 30;
    private static final int SWEEPS = 4;
    private static final byte[] HEALTH =
            "{\"status\":\"ok\",\"active_turns\":0,\"subsystems\":{\"brain\":\"ok\",\"llm_provider\":\"ok\"}}"
                    .getBytes(StandardCharsets.UTF_8);

    private final int engines;

    SweepBench(int engines) {
        this.engines = engines;
    }

    void run() throws Exception {
        Report report = new Report("sweep");
        HttpServer server = HttpServer.create(new InetSocketAddress(0), 1_024);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        server.setExecutor(threads);
        server.createContext("/health", exchange -> {
            // It listens at all addresses, because 127.0.0.0/8 has too many to name; it serves this machine alone.
            if (!exchange.getRemoteAddress().getAddress().isLoopbackAddress()) {
                exchange.close();
                return;
            }
            exchange.sendResponseHeaders(200, HEALTH.length);
            exchange.getResponseBody().write(HEALTH);
            exchange.close();
        });
        server.start();
        try (Scratch scratch = new Scratch();
                Stack stack = Stack.start(scratch.folder(), Temporal.IN_PROCESS)) {
            Jdbi jdbi = jdbi(stack.databaseUrl());
            String unusedKey = stack.api().register("sweep", "{}");
            populate(jdbi);
            measure(report, jdbi, stack, server.getAddress().getPort());
        } finally {
            server.stop(0);
            threads.shutdownNow();
        }
        report.publish();
    }

    private static Jdbi jdbi(String database) {
        DatabaseUrl url = DatabaseUrl.parse(database);
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url.jdbcUrl());
        source.setUser(url.user());
        source.setPassword(url.password());
        return RegistryJdbi.create(source);
    }

    private void populate(Jdbi jdbi) {
        jdbi.useExtension(HostDao.class, hosts -> hosts.announce(HostOffer.of(HOST, "docker", 1, 2)));
        jdbi.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO engines (engine_id, product_id, user_id, host_id, status, ever_ran, image, key_hash,
                            key_token, last_health_at)
                        SELECT md5('sweep' || n)::uuid, (SELECT min(product_id::text)::uuid FROM products), 'sweep-' || n,
                            :host, 'running', true, 'september-engine:2.3.0', sha256(n::text::bytea), 'none', now()
                        FROM generate_series(1, :count) AS n
                        """)
                .bind("host", HOST)
                .bind("count", engines)
                .execute());
        jdbi.useHandle(handle -> handle.execute("VACUUM ANALYZE engines"));
    }

    /** What the database has written until now, by its own count. */
    private static long writes(Jdbi jdbi) {
        return jdbi.withHandle(
                handle -> handle.createQuery("""
                        SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables
                        WHERE relname IN ('engines', 'engine_health', 'operations', 'audit_log')
                        """).mapTo(Long.class).one());
    }

    private void measure(Report report, Jdbi jdbi, Stack stack, int port) throws Exception {
        Process watch = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@docker/jvm.options",
                        "-XX:MaxRAM=1g",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WatchProcess.class.getName(),
                        stack.databaseUrl(),
                        stack.temporalAddress(),
                        Integer.toString(port),
                        Integer.toString(INTERVAL_S))
                .redirectError(Redirect.INHERIT)
                .start();
        try (BufferedReader said = watch.inputReader()) {
            // The first sweep compiles.
            Progress.say("first: " + next(said));
            List<List<Object>> rows = new ArrayList<>();
            for (int sweep = 1; sweep <= SWEEPS; sweep++) {
                Duration cpu = ProcessFigures.cpu(watch.toHandle());
                long writes = writes(jdbi);
                long begin = System.nanoTime();
                String[] line = next(said).split(" ", -1);
                Duration took = Duration.ofNanos(System.nanoTime() - begin);
                double seconds = ProcessFigures.cpu(watch.toHandle()).minus(cpu).toMillis() / 1e3;
                rows.add(List.of(
                        sweep,
                        line[0],
                        Double.parseDouble(line[1]) / 1e3,
                        seconds,
                        seconds / (took.toMillis() / 1e3),
                        ProcessFigures.status(watch.pid(), "VmRSS") / 1024,
                        // Its host's row, of which the statistics here know nothing else.
                        writes(jdbi) - writes + 1));
                Progress.say("sweep " + sweep + ": " + rows.get(rows.size() - 1));
            }
            String[] last = next(said).split(" ", -1);
            report(report, rows, Long.parseLong(last[2]));
        } finally {
            watch.destroy();
            watch.waitFor();
        }
    }

    private static String next(BufferedReader said) throws IOException {
        String line = said.readLine();
        if (line == null) {
            throw new IOException("the watch has ended, see above");
        }
        return line;
    }

    private void report(Report report, List<List<Object>> rows, long actions) {
        report.paragraph(engines + " simulated engines that are well, one host, an interval of " + INTERVAL_S
                + " s. They are rows of the registry; what answers for all of them is one small HTTP server, at an address of"
                + " 127.0.0.0/8 for each. The watch is the product's own monitor, workflow and probe, in a process of its own with"
                + " 1 GB; PostgreSQL, Temporal (in-process) and the simulated engines are not counted in its figures. Goal: at most"
                + " one processor, at most 100 row writes in a sweep.");
        report.table(
                List.of(
                        "sweep",
                        "",
                        "took, s",
                        "CPU, s",
                        "processors",
                        "resident memory, MB",
                        "rows written: engines, health, operations, audit, host"),
                rows);
        double hours = (SWEEPS + 2) * INTERVAL_S / 3_600.0;
        report.paragraph(
                "Temporal: " + actions + " actions in " + (SWEEPS + 2) + " sweeps, " + Math.round(actions / hours)
                        + " an hour, whatever the number of engines: the step's heartbeats and, once an hour, its end.");
    }
}
