package ai.september.bap.local.dev;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.blackbox.Client;
import ai.september.bap.local.process.LoopbackPort;
import ai.september.bap.testing.Await;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kill -9 of the whole orchestrator at random moments of random operations; then the request is repeated. A few rounds
 * in the build, more by {@code .ci/crash-drill}.
 */
class CrashIT {

    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final int ROUNDS = Integer.getInteger("bap.crash.rounds", 4);
    private static final long SEED = Long.getLong("bap.crash.seed", System.nanoTime());
    private static final int USERS = 3;

    /** Longer than an operation takes, so that some kills hit none. */
    private static final int LATEST_KILL_MS = 900;

    private static final String ADMIN_KEY = "dev-admin-key";

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);
    private final Map<String, String> environment = new HashMap<>(System.getenv());

    /** A verb, and the refusals that mean it had its effect before the crash. */
    private enum Action {
        PROVISION("ENGINE_ALREADY_EXISTS"),
        START("ENGINE_ALREADY_RUNNING"),
        STOP("ENGINE_NOT_RUNNING"),
        ROTATE_KEY("nothing: a rotation can always be repeated"),
        DESTROY("ENGINE_NOT_FOUND");

        private final String doneAlready;

        Action(String doneAlready) {
            this.doneAlready = doneAlready;
        }

        Client.Reply send(Client product, String user) {
            return switch (this) {
                case PROVISION -> product.post("/engines/provision", "{\"user_id\":\"" + user + "\"}");
                case START -> product.post("/engines/" + user + "/start");
                case STOP -> product.post("/engines/" + user + "/stop");
                case ROTATE_KEY -> product.post("/engines/" + user + "/rotate-key");
                case DESTROY -> product.delete("/engines/" + user);
            };
        }

        boolean isDone(Client.Reply reply) {
            return reply.status() == 200 || reply.code().equals(doneAlready);
        }
    }

    @Test
    void whateverIsKilledTheRepeatedRequestSucceedsAndNothingIsLeftHalfDone() throws Exception {
        System.out.println("crash drill: " + ROUNDS + " rounds, seed " + SEED);
        Path home = folder.toRealPath().resolve("home");
        environment.put("BAP_HOME", home.toString());
        environment.put("ORCH_API_PORT", Integer.toString(LoopbackPort.free(0)));
        environment.put("ORCH_ADMIN_PORT", Integer.toString(LoopbackPort.free(0)));
        environment.put("LLM_PROVIDER", "echo");
        Fleet fleet = new Fleet(home);
        DevProcess dev = start();
        try {
            Client product = register();
            for (int round = 1; round <= ROUNDS; round++) {
                Action action = Action.values()[round % Action.values().length];
                String user = "user-" + random.nextInt(USERS);
                prepare(product, action, user);
                interrupt(dev, product, action, user, fleet);
                dev = start();
                repeat(product, action, user);
                List<String> wrong = fleet.whatIsWrong(product);
                System.out.println("round " + round + ": " + action + " of " + user + ": "
                        + (wrong.isEmpty() ? "consistent" : wrong.toString()));
                assertThat(wrong).as("round %d, seed %d", round, SEED).isEmpty();
            }
            dev.signal("TERM");
            dev.awaitEnd(0);
            assertThat(fleet.processes()).isEmpty();
        } finally {
            dev.close();
            fleet.kill();
        }
    }

    private DevProcess start() throws Exception {
        DevProcess dev = DevProcess.start(REPOSITORY, environment);
        dev.awaitLine("Ready after");
        return dev;
    }

    private Client register() {
        String platformKey = Client.operator(api(), ADMIN_KEY)
                .post("/products/register", "{\"slug\":\"drill\",\"display_name\":\"Drill\"}")
                .text("/platform_api_key");
        return Client.product(api(), platformKey);
    }

    private URI api() {
        return URI.create("http://127.0.0.1:" + environment.get("ORCH_API_PORT"));
    }

    /** Brings the user's engine into a state in which the action has something to do. */
    private static void prepare(Client product, Action action, String user) {
        if (action == Action.PROVISION) {
            Action.DESTROY.send(product, user);
            return;
        }
        Action.PROVISION.send(product, user);
        Action other = action == Action.START ? Action.STOP : Action.START;
        other.send(product, user);
    }

    private void interrupt(DevProcess dev, Client product, Action action, String user, Fleet fleet) throws Exception {
        Thread request = new Thread(() -> {
            try {
                action.send(product, user);
            } catch (CompletionException cutOff) {
                // That is what the drill is for.
            }
        });
        request.start();
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LATEST_KILL_MS)); // The random moment itself.
        dev.kill();
        if (random.nextInt(3) == 0) {
            fleet.killAllButEngines();
        }
        request.join();
    }

    private static void repeat(Client product, Action action, String user) {
        Await.atMost(Duration.ofSeconds(90), action + " repeated")
                .until(() -> action.isDone(action.send(product, user)));
    }
}
