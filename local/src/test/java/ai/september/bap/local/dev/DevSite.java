package ai.september.bap.local.dev;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.blackbox.Client;
import ai.september.bap.blackbox.Product;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A state folder of its own on free ports, and the {@code ./bap dev} that runs on it; nothing is left when closed. */
final class DevSite implements AutoCloseable {

    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final String ADMIN_KEY = "dev-admin-key";

    private final Map<String, String> environment = new HashMap<>(System.getenv());
    private final Path home;
    private final Fleet fleet;
    private @Nullable DevProcess dev;

    DevSite(Path folder) throws IOException {
        home = folder.toRealPath().resolve("home");
        fleet = new Fleet(home);
        environment.put("BAP_HOME", home.toString());
        FreePorts.choose(environment);
        environment.put("LLM_PROVIDER", "echo");
    }

    Fleet fleet() {
        return fleet;
    }

    StateDatabase database() {
        return new StateDatabase(home);
    }

    /** Starts it, the first time or again, and waits until it is ready. */
    void start() throws IOException {
        begin().awaitLine("Ready after");
    }

    /** Starts it. */
    DevProcess begin() throws IOException {
        dev = DevProcess.start(REPOSITORY, environment);
        return dev;
    }

    Product register(String slug) {
        Client.Reply made = Client.operator(api(), ADMIN_KEY)
                .post("/products/register", "{\"slug\":\"" + slug + "\",\"display_name\":\"Of a test\"}")
                .isOk();
        String key = made.text("/platform_api_key");
        return new Product(made.text("/product_id"), slug, key, Client.product(api(), key));
    }

    private URI api() {
        return URI.create("http://127.0.0.1:" + environment.get("ORCH_API_PORT"));
    }

    /** Kill -9 of the JVM; returns when it is dead, and what it started goes on. */
    void killJvm() throws InterruptedException {
        requireNonNull(dev).kill();
    }

    /** SIGTERM: it must end with exit code 0 and leave no process. */
    void stop() throws IOException, InterruptedException {
        requireNonNull(dev).signal("TERM");
        dev.awaitEnd(0);
        assertThat(fleet.processes()).isEmpty();
    }

    @Override
    public void close() throws InterruptedException {
        if (dev != null) {
            dev.close();
        }
        fleet.kill();
    }
}
