package ai.september.bap.blackbox;

import ai.september.bap.process.server.RunningServer;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import io.temporal.client.WorkflowClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * API and worker in this JVM, on a real PostgreSQL, a Temporal in this process, and the packaged reference engine as real
 * child processes. {@link #shared()} is one for all classes, which keep apart by registering products of their own.
 */
public final class Orchestrator implements BeforeAllCallback {

    public static final String ADMIN_KEY = "admin-key-of-the-black-box";
    public static final String MASTER_KEY = "c2VwdGVtYmVyLWJhcC1lbmdpbmUtdGVzdC1rZXktMDE=";
    public static final String PROVIDER_KEY = "sk-ant-api03-provider-key-of-the-black-box";

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Orchestrator.class);
    private static final Orchestrator SHARED =
            new Orchestrator(Map.of("ORCH_PORT_MIN", "21001", "ORCH_PORT_MAX", "21999"));
    private static final AtomicInteger PRODUCTS = new AtomicInteger();

    private final TestDatabase database = TestDatabase.empty();
    private final Map<String, String> settings;
    private volatile @Nullable Running running;

    /** An orchestrator of one test class, with these variables over the defaults of the tests. */
    public Orchestrator(Map<String, String> settings) {
        this.settings = Map.copyOf(settings);
    }

    /** The one that serves every class which does not break it. */
    public static Orchestrator shared() {
        return SHARED;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        ExtensionContext home = this == SHARED ? context.getRoot() : context;
        database.beforeAll(home);
        running = home.getStore(NAMESPACE).computeIfAbsent(this, self -> start(), Running.class);
    }

    /** Closed by JUnit's store, before the database that was put there first. */
    private record Running(Deployment deployment, SteerableEngine engine, Path folder) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            deployment.close();
        }
    }

    private Running start() {
        try {
            Path folder = Files.createTempDirectory("bap-blackbox");
            SteerableEngine engine = SteerableEngine.in(folder);
            return new Running(new Deployment(folder, variables(folder, engine)), engine, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Running running() {
        Running started = running;
        if (started == null) {
            throw new IllegalStateException("annotate the Orchestrator field with @RegisterExtension");
        }
        return started;
    }

    /** Where the API is. */
    public URI api() {
        return running().deployment().apiUri();
    }

    /** Where the API's admin port is. */
    public URI apiAdmin() {
        return URI.create("http://127.0.0.1:" + running().deployment().api().adminPort());
    }

    public Client anonymous() {
        return Client.anonymous(api());
    }

    public Client operator() {
        return Client.operator(api(), ADMIN_KEY);
    }

    /** A new product without limits. */
    public Product register(String name) {
        return register(name, "{}");
    }

    /** A new product with a policy. */
    public Product register(String name, String policy) {
        String slug = name + "-" + PRODUCTS.incrementAndGet();
        Client.Reply reply = operator()
                .post(
                        "/products/register",
                        "{\"slug\":\"%s\",\"display_name\":\"Product\",\"policy\":%s}".formatted(slug, policy));
        String key = reply.text("/platform_api_key");
        return new Product(reply.text("/product_id"), slug, key, Client.product(api(), key));
    }

    /** Sends a request line as it is, which no proper client would, and returns the whole answer. */
    public String raw(String requestLine) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api().getPort())) {
            String request = requestLine + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until so many requests wait for operations. */
    public void awaitWaiting(int requests) {
        awaitWaiting(running().deployment().api(), requests);
    }

    /** Waits until so many requests of this replica wait for operations. */
    static void awaitWaiting(RunningServer api, int requests) {
        Await.atMost(Duration.ofSeconds(20), requests + " requests wait")
                .until(() -> Metrics.of(api).sum("bap_requests_waiting") == requests);
    }

    /** Threads of this JVM, which all replicas share, that are in such a class, by its simple name. */
    static long threadsIn(String name) {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack ->
                        Stream.of(stack).anyMatch(frame -> frame.getClassName().endsWith("." + name)))
                .count();
    }

    /** What the API's admin port shows now. */
    Metrics metrics() {
        return Metrics.of(running().deployment().api());
    }

    /** The worker's. */
    Metrics workerMetrics() {
        return Metrics.of(running().deployment().worker());
    }

    /** Steers engines that boot. */
    public SteerableEngine engine() {
        return running().engine();
    }

    /** What can be taken away and brought back. */
    Deployment deployment() {
        return running().deployment();
    }

    /** An operator's hands in Temporal. */
    public WorkflowClient workflows() {
        return running().deployment().workflows();
    }

    /** The database, for faults and for what no endpoint shows. */
    public TestDatabase database() {
        return database;
    }

    /** Statements on the database. */
    public Jdbi sql() {
        return Jdbi.create(database.dataSource());
    }

    /** Where engines keep what they write. */
    public Path folder() {
        return running().folder();
    }

    private Map<String, String> variables(Path folder, SteerableEngine engine) {
        Map<String, String> variables = new HashMap<>();
        variables.put("ORCH_DATABASE_URL", database.url());
        variables.put("ORCH_MASTER_KEY", MASTER_KEY);
        variables.put("ORCH_ADMIN_KEY", ADMIN_KEY);
        // Tests try many wrong keys, all from one address; those of the limit have one of their own.
        variables.put("ORCH_AUTH_FAILURES_RPM", "1000000");
        variables.put("ORCH_BIND_HOST", "127.0.0.1");
        variables.put("ORCH_API_PORT", "0");
        variables.put("ORCH_ADMIN_PORT", "0");
        variables.put("ORCH_ENGINE_BACKEND", "subprocess");
        variables.put("ORCH_ENGINE_IMAGES_ALLOWED", "september-engine:9.*");
        variables.put("ORCH_ALLOW_SUBPROCESS", "true");
        variables.put("ORCH_SUBPROCESS_FOLDER", folder.resolve("state").toString());
        variables.put("ORCH_SUBPROCESS_ENGINE", engine.distribution().toString());
        variables.put("LLM_PROVIDER", "echo");
        variables.put("LLM_API_KEY", PROVIDER_KEY);
        variables.putAll(settings);
        return variables;
    }
}
