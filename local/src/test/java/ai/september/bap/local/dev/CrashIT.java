package ai.september.bap.local.dev;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.blackbox.Product;
import ai.september.bap.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kill -9 of the whole orchestrator at random moments of every operation; then the request is repeated. Only kills that
 * met the operation under way count. One of each verb in the build, more by {@code .ci/crash-drill}.
 */
class CrashIT {

    private static final int WANTED = Integer.getInteger("bap.crash.hits", DrillAction.values().length);
    private static final long SEED = Long.getLong("bap.crash.seed", System.nanoTime());
    private static final int MOST_ROUNDS = 4 * WANTED + 10;
    private static final int USERS = 3;
    private static final String BYSTANDER = "bystander";

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);
    private final KillMoment moments = new KillMoment(random);
    private final DrillTally tally = new DrillTally();

    @Test
    void whateverIsKilledTheRepeatedRequestSucceedsAndNothingIsLeftHalfDone() throws Exception {
        System.out.println("crash drill: " + WANTED + " hits wanted, seed " + SEED);
        try (DevSite site = new DevSite(folder)) {
            site.start();
            Product product = site.register("drill");
            product.provision(BYSTANDER);
            measure(product);
            int round = 0;
            while (tally.hits() < WANTED && round < MOST_ROUNDS) {
                round++;
                round(site, product, round);
            }
            System.out.println("crash drill: " + tally.hits() + " hits in " + round + " rounds: " + tally);
            assertThat(tally.hits()).as("kills that met an operation under way").isGreaterThanOrEqualTo(WANTED);
            site.stop();
        }
    }

    private void measure(Product product) {
        for (DrillAction action : DrillAction.values()) {
            request(action, product, "user-0");
        }
    }

    private void request(DrillAction action, Product product, String user) {
        long began = System.nanoTime();
        action.send(product, user).isOk();
        moments.answered(action, Duration.ofNanos(System.nanoTime() - began));
    }

    private void round(DevSite site, Product product, int round) throws Exception {
        DrillAction action = tally.next();
        String user = "user-" + random.nextInt(USERS);
        action.prepare(product, user);
        List<LiveEngine> untouched = untouched(site, product, user);

        Instant killed = interrupt(site, product, action, user);
        site.start();
        boolean hit = site.database().openAt(killed).contains(user);
        tally.count(action, hit);

        repeat(product, action, user);
        assertThat(site.fleet().whatIsWrong(product))
                .as("%s", description(round))
                .isEmpty();
        assertThat(untouched(site, product, user)).as("%s", description(round)).isEqualTo(untouched);
        assertRemembers(untouched, round);
        System.out.println("round " + round + ": " + action + " of " + user + (hit ? " hit" : " missed")
                + ": consistent, " + untouched.size() + " others adopted");
    }

    private static String description(int round) {
        return "round " + round + ", seed " + SEED;
    }

    /** The engines of the other users, which no crash may touch. */
    private static List<LiveEngine> untouched(DevSite site, Product product, String user) {
        return site.fleet().running(product).stream()
                .filter(engine -> !engine.userId().equals(user))
                .toList();
    }

    /** One turn a round: each must know all those before. */
    private static void assertRemembers(List<LiveEngine> engines, int round) {
        LiveEngine bystander = engines.stream()
                .filter(engine -> engine.userId().equals(BYSTANDER))
                .findFirst()
                .orElseThrow();
        assertThat(bystander.say("drill", "still there?"))
                .as("%s", description(round))
                .contains("(turn " + round + " of this task)");
    }

    /** Kills at a random moment of the request; returns when it was certainly dead. */
    private Instant interrupt(DevSite site, Product product, DrillAction action, String user) throws Exception {
        Duration moment = moments.next(action);
        Thread request = new Thread(() -> {
            try {
                request(action, product, user);
            } catch (CompletionException cutOff) {
                moments.unanswered(action, moment);
            }
        });
        request.start();
        TimeUnit.NANOSECONDS.sleep(moment.toNanos()); // The random moment itself.
        site.killJvm();
        Instant killed = Instant.now();
        if (random.nextInt(3) == 0) {
            site.fleet().killAllButEngines();
        }
        request.join();
        return killed;
    }

    private static void repeat(Product product, DrillAction action, String user) {
        Await.atMost(Duration.ofSeconds(90), action + " repeated")
                .until(() -> action.isDone(action.send(product, user)));
    }
}
