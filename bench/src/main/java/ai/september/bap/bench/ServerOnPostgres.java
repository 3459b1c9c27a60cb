package ai.september.bap.bench;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.local.process.LogTail;
import ai.september.bap.local.stage.Reporter;
import ai.september.bap.local.stage.Running;
import ai.september.bap.local.stage.Stage;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The Temporal server of production, on databases of its own in the PostgreSQL that the stages before started. Its programs
 * and schema are those of {@code .ci/lab}. The namespace is made by whoever uses it.
 */
final class ServerOnPostgres implements Stage {

    private static final String SERVER = "temporal-server";

    private static final int LOWEST_PORT = 20_000;
    private static final int MOST_PORTS = 20;

    private final Path folder;
    private final int shards;

    /** @param shards how many parts the server divides its runs into; fixed when its databases are made */
    ServerOnPostgres(Path folder, int shards) {
        this.folder = folder;
        this.shards = shards;
    }

    static boolean isThere() {
        return Files.isExecutable(lab().resolve("bin").resolve(SERVER)) && schema().isPresent();
    }

    private static Path lab() {
        return Path.of(System.getenv()
                        .getOrDefault(
                                "XDG_CACHE_HOME",
                                Path.of(System.getProperty("user.home"), ".cache")
                                        .toString()))
                .resolve("bap-engine")
                .resolve("lab");
    }

    private static Optional<Path> schema() {
        try (var found = Files.list(lab().resolve("upstream"))) {
            return found.filter(source -> source.getFileName().toString().startsWith(SERVER))
                    .map(source ->
                            source.resolve("schema").resolve("postgresql").resolve("v12"))
                    .filter(Files::isDirectory)
                    .findFirst();
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    @Override
    public String name() {
        return "Temporal";
    }

    @Override
    public Running start(Map<String, String> environment, Reporter reporter) throws InterruptedException {
        try {
            // postgresql://user:password@host:port/database
            String[] database = String.valueOf(environment.get("ORCH_DATABASE_URL"))
                    .split("://", 2)[1]
                    .split("[:@/]");
            createSchema(database, "temporal", "temporal");
            createSchema(database, "visibility", "temporal_visibility");
            int port = freePort();
            Process server = serve(database, port);
            return new Running(
                    "server on PostgreSQL, " + shards + " shards, on port " + port,
                    Map.of("TEMPORAL_ADDRESS", "127.0.0.1:" + port),
                    Map.of(),
                    grace -> server.destroyForcibly().onExit().join());
        } catch (IOException e) {
            throw new LocalException(ExitCode.PART_FAILED, "Temporal's server did not start: " + e.getMessage(), e);
        }
    }

    private void createSchema(String[] database, String what, String name) throws IOException, InterruptedException {
        String versions =
                schema().orElseThrow().resolve(what).resolve("versioned").toString();
        sqlTool(database, name, "create");
        sqlTool(database, name, "setup-schema", "-v", "0.0");
        sqlTool(database, name, "update-schema", "-d", versions);
    }

    private void sqlTool(String[] database, String name, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                lab().resolve("bin").resolve("temporal-sql-tool").toString(),
                "--plugin",
                "postgres12",
                "--ep",
                database[2],
                "--port",
                database[3],
                "--user",
                database[0],
                "--password",
                database[1],
                "--database",
                name));
        command.addAll(List.of(arguments));
        Process tool = logged(new ProcessBuilder(command)).start();
        if (tool.waitFor() != 0) {
            throw new IOException(arguments[0] + " failed: " + tail().reason());
        }
    }

    private Process serve(String[] database, int port) throws IOException, InterruptedException {
        Path dynamic = Files.writeString(folder.resolve("dynamic.yaml"), "{}\n");
        ProcessBuilder builder =
                logged(new ProcessBuilder(lab().resolve("bin").resolve(SERVER).toString(), "--allow-no-auth", "start"));
        Map<String, String> variables = builder.environment();
        variables.put("DB", "postgres12");
        variables.put("POSTGRES_SEEDS", database[2]);
        variables.put("DB_PORT", database[3]);
        variables.put("POSTGRES_USER", database[0]);
        variables.put("POSTGRES_PWD", database[1]);
        variables.put("NUM_HISTORY_SHARDS", Integer.toString(shards));
        variables.put("BIND_ON_IP", "127.0.0.1");
        variables.put("DYNAMIC_CONFIG_FILE_PATH", dynamic.toString());
        variables.put("FRONTEND_GRPC_PORT", Integer.toString(port));
        for (String other : List.of(
                "FRONTEND_HTTP_PORT",
                "FRONTEND_MEMBERSHIP_PORT",
                "HISTORY_GRPC_PORT",
                "HISTORY_MEMBERSHIP_PORT",
                "MATCHING_GRPC_PORT",
                "MATCHING_MEMBERSHIP_PORT",
                "WORKER_GRPC_PORT",
                "WORKER_MEMBERSHIP_PORT")) {
            variables.put(other, Integer.toString(freePort()));
        }
        Process server = builder.start();
        if (server.waitFor(2, TimeUnit.SECONDS)) {
            throw new IOException("it ended at once: " + tail().reason());
        }
        return server;
    }

    private ProcessBuilder logged(ProcessBuilder builder) {
        return builder.redirectErrorStream(true).redirectOutput(Redirect.appendTo(log().toFile()));
    }

    /** All that was said: the folder is new. */
    private LogTail tail() {
        return LogTail.whole(log());
    }

    private Path log() {
        return folder.resolve("temporal-server.log");
    }

    /** The server keeps its membership ports in a smallint, so that the ports the system gives are too high. */
    private static int freePort() throws IOException {
        for (int attempt = 0; ; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, Short.MAX_VALUE);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                if (attempt == MOST_PORTS) {
                    throw taken;
                }
            }
        }
    }
}
