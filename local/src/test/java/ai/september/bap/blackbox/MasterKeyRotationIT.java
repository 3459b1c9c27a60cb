package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.ConfigurationLoader;
import ai.september.bap.process.keys.RotateMasterKeyMain;
import ai.september.bap.registry.vault.MasterKey;
import ai.september.bap.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole order of a rotation of the master key, as docs/keys.md has it, while products go on. */
@Timeout(300)
class MasterKeyRotationIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR =
            new Orchestrator(Map.of("ORCH_PORT_MIN", "26101", "ORCH_PORT_MAX", "26199"));

    private static final int USERS = 5;
    private static final int ENGINES_AT_REST = 3_000;
    private static final int CALLERS = 4;
    private static final String OLD = Orchestrator.MASTER_KEY;
    private static final String FRESH = MasterKey.generate().reveal();

    private final Map<String, String> keys = new ConcurrentHashMap<>();
    private final Map<URI, Client> clients = new ConcurrentHashMap<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicBoolean stop = new AtomicBoolean();

    @SuppressWarnings("NullAway.Init")
    private Product product;

    @SuppressWarnings("NullAway.Init")
    private Replicas replicas;

    @BeforeEach
    void begin() {
        product = ORCHESTRATOR.register("master-key");
        for (int n = 0; n < USERS; n++) {
            keys.put("user-" + n, product.provision("user-" + n).text("/api_key"));
        }
        product.provision("changing");
        putToRest();
        replicas = new Replicas(ORCHESTRATOR.deployment(), Map.of());
    }

    @AfterEach
    void end() {
        stop.set(true);
        replicas.close();
    }

    @Test
    void inItsOrderNobodyIsRefusedAndNoKeyIsLost() throws Exception {
        List<CompletableFuture<Void>> callers = Stream.generate(
                        () -> CompletableFuture.runAsync(this::call, task -> new Thread(task).start()))
                .limit(CALLERS)
                .toList();

        replicas.roll(masterKeys(OLD, FRESH), this::changeKeys);
        replicas.roll(masterKeys(FRESH, OLD), this::changeKeys);
        assertThat(rotate(FRESH, OLD)).isZero();
        replicas.roll(masterKeys(FRESH), this::changeKeys);
        long soFar = answers.get();
        Await.atMost(Duration.ofSeconds(30), "the new key alone has served for a while")
                .until(() -> answers.get() > soFar + 1_000 || !faults.isEmpty());
        stop.set(true);
        callers.forEach(CompletableFuture::join);

        System.out.println("rotation of the master key: " + answers + " admits and reads answered, " + faults.size()
                + " refused or with another key");
        assertThat(faults).isEmpty();
        assertThat(answers).hasValueGreaterThan(2_000);
        String key = String.valueOf(keys.get("user-0"));
        for (int n = 1; n <= ENGINES_AT_REST; n++) {
            String path = Product.path("resting-" + n);
            assertThat(ask(client -> client.get(path)).isOk().text("/api_key")).isEqualTo(key);
        }
    }

    private static Map<String, String> masterKeys(String... keys) {
        return Map.of("ORCH_MASTER_KEY", "", "ORCH_MASTER_KEYS", String.join(",", keys));
    }

    private Client.Reply ask(Function<Client, Client.Reply> request) {
        return replicas.ask(uri -> request.apply(client(uri)));
    }

    private Client client(URI uri) {
        return clients.computeIfAbsent(uri, unused -> Client.product(uri, product.platformKey()));
    }

    /** As many engines more, which do not run, so that there is something to rotate. */
    private static void putToRest() {
        ORCHESTRATOR
                .sql()
                .useHandle(handle ->
                        handle.createUpdate("""
                                INSERT INTO engines (engine_id, product_id, user_id, host_id, status, image, key_hash, key_token)
                                SELECT gen_random_uuid(), product_id, 'resting-' || n, host_id, 'stopped', image, key_hash,
                                    key_token
                                FROM engines, generate_series(1, :count) n WHERE user_id = 'user-0'""").bind("count", ENGINES_AT_REST).execute());
    }

    /** Admits and reads without a pause; every answer has to hold the right key. */
    private void call() {
        for (int n = 0; !stop.get(); n++) {
            String user = "user-" + n % USERS;
            boolean admit = n % 2 == 0;
            Client.Reply reply =
                    ask(client -> admit ? client.post(Product.path(user) + "/admit") : client.get(Product.path(user)));
            String key = reply.text(admit ? "/engine/api_key" : "/api_key");
            if (reply.status() != 200 || !key.equals(keys.get(user))) {
                faults.add(reply.status() + " " + reply.code());
            }
            answers.incrementAndGet();
        }
    }

    /** New keys at every stage, by either replica, which both have to understand. */
    private void changeKeys() {
        String path = Product.path("changing");
        for (URI writer : replicas.uris()) {
            String fresh = client(writer).post(path + "/rotate-key").isOk().text("/api_key");
            for (URI reader : replicas.uris()) {
                assertThat(client(reader).get(path).isOk().text("/api_key")).isEqualTo(fresh);
            }
        }
    }

    private static int rotate(String... masterKeys) throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8);
        Map<String, String> variables = Map.of(
                "ORCH_DATABASE_URL", ORCHESTRATOR.database().url(),
                "ORCH_MASTER_KEYS", String.join(",", masterKeys));
        int exitCode = RotateMasterKeyMain.rotate(
                ConfigurationLoader.load(Role.MASTER_KEY_ROTATION, variables), stream, stream);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains(ENGINES_AT_REST + USERS + 1 + " engines: ", "Checked: ");
        return exitCode;
    }
}
