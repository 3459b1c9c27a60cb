package ai.september.bap.bench;

import ai.september.bap.bench.Peaks.Gauge;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A replica of the API as a process of its own, with the memory that it has in a container of docker-compose.yml. */
final class ReplicaProcess implements AutoCloseable {

    private static final int WARM_UP_CONNECTIONS = 16;
    private static final int WARM_UP_MS = 4_000;

    private final Process process;
    private final String name;
    private final Api api;

    private ReplicaProcess(Process process, String name, Api api) {
        this.process = process;
        this.name = name;
        this.api = api;
    }

    /** Starts it and waits until it serves. */
    static ReplicaProcess start(String name, Map<String, String> variables, String adminKey)
            throws IOException, InterruptedException {
        int port = EngineKit.freePort();
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@docker/jvm.options",
                        "-XX:MaxRAM=768m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BenchApi.class.getName())
                .redirectOutput(Redirect.INHERIT)
                .redirectError(Redirect.INHERIT);
        builder.environment().clear();
        builder.environment().putAll(variables(name, variables, port));
        ReplicaProcess replica =
                new ReplicaProcess(builder.start(), name, new Api(URI.create("http://127.0.0.1:" + port), adminKey));
        replica.api.awaitHealthy();
        return replica;
    }

    private static Map<String, String> variables(String name, Map<String, String> variables, int port) {
        Map<String, String> own = new HashMap<>(variables);
        own.put("ORCH_API_PORT", Integer.toString(port));
        own.merge("ORCH_DATABASE_URL", "?application_name=" + name, String::concat);
        return own;
    }

    /** Lets it serve admits, of a user who has no engine, until it is compiled. */
    void warmUp(String platformKey) throws IOException, InterruptedException {
        try (LoadProcess load = new LoadProcess(api.port())) {
            load.run(List.of(Requests.admit("nobody", platformKey)), WARM_UP_CONNECTIONS, WARM_UP_MS, 0);
        }
    }

    Api api() {
        return api;
    }

    /** Of each its threads, its connections to the database, and its resident memory in MB. */
    static List<Gauge> gauges(List<ReplicaProcess> replicas, DatabaseConnections connections) {
        return replicas.stream().flatMap(replica -> replica.gauges(connections)).toList();
    }

    private Stream<Gauge> gauges(DatabaseConnections connections) {
        return Stream.of(
                () -> ProcessFigures.status(process.pid(), "Threads"),
                () -> connections.count(name),
                () -> ProcessFigures.status(process.pid(), "VmRSS") / 1024);
    }

    /** The head of a table of {@link #rows}. */
    static List<String> head() {
        return List.of(
                "",
                "threads before",
                "at most",
                "connections before",
                "at most",
                "resident memory before, MB",
                "at most");
    }

    /** What {@link #gauges} of these came to, a row for each. */
    static List<List<Object>> rows(List<ReplicaProcess> replicas, List<Object> cells) {
        int each = cells.size() / replicas.size();
        return IntStream.range(0, replicas.size())
                .mapToObj(n -> {
                    List<Object> row = new ArrayList<>(List.of((n + 1) + " of " + replicas.size()));
                    row.addAll(cells.subList(n * each, (n + 1) * each));
                    return row;
                })
                .toList();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
