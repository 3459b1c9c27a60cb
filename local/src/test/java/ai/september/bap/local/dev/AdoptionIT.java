package ai.september.bap.local.dev;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.blackbox.Client;
import ai.september.bap.blackbox.Product;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a running engine when the orchestrator ends, and is started again. */
class AdoptionIT {

    private static final String USER = "ada";

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "kill -9 of PostgreSQL and Temporal, too: {0}")
    @ValueSource(booleans = {false, true})
    void afterAKillEnginesGoOnAndTheNextStartAdoptsThem(boolean serversToo) throws Exception {
        try (DevSite site = new DevSite(folder)) {
            site.start();
            Product product = site.register("adoption");
            LiveEngine before = talkative(site, product);

            site.killJvm();
            if (serversToo) {
                site.fleet().killAllButEngines();
            }
            assertThat(before.say("task", "while it is away")).isEqualTo(answer("while it is away", 2));
            site.start();

            assertThat(site.fleet().running(product)).containsExactly(before);
            assertThat(before.say("task", "after it")).isEqualTo(answer("after it", 3));
            assertThat(site.fleet().whatIsWrong(product)).isEmpty();
            assertAdmitted(product, before);
            site.stop();
        }
    }

    @Test
    void aStopInOrderLeavesNoProcessAndTheNextStartBringsEnginesBack() throws Exception {
        try (DevSite site = new DevSite(folder)) {
            site.start();
            Product product = site.register("adoption");
            LiveEngine before = talkative(site, product);

            site.stop();
            site.start();

            assertAdmitted(product, before);
            assertThat(before.say("task", "back")).isEqualTo(answer("back", 2));
            assertThat(product.get(USER).isOk().text("/status")).isEqualTo("running");
            assertThat(site.fleet().whatIsWrong(product)).isEmpty();
            assertThat(site.fleet().running(product))
                    .singleElement()
                    .satisfies(after -> assertThat(after.pid()).isNotEqualTo(before.pid()));
            site.stop();
        }
    }

    /** An engine whose brain has something to remember. */
    private static LiveEngine talkative(DevSite site, Product product) {
        product.provision(USER);
        LiveEngine engine = site.fleet().running(product).get(0);
        assertThat(engine.say("task", "hello")).isEqualTo(answer("hello", 1));
        assertThat(withKey(engine, "sk-sept-wrong").acceptsOnlyItsKey())
                .as("the look at keys can fail")
                .isFalse();
        return engine;
    }

    private static LiveEngine withKey(LiveEngine engine, String key) {
        return new LiveEngine(engine.engineId(), engine.userId(), engine.url(), key, engine.pid());
    }

    private static String answer(String message, int turn) {
        return "You said: " + message + " (turn " + turn + " of this task)";
    }

    private static void assertAdmitted(Product product, LiveEngine before) {
        Client.Reply admit = product.admit(USER).isOk();
        assertThat(admit.body().get("admitted").asBoolean()).isTrue();
        assertThat(admit.text("/engine/engine_id")).isEqualTo(before.engineId());
        assertThat(admit.text("/engine/api_key")).isEqualTo(before.key());
        assertThat(admit.text("/engine/url")).isEqualTo(before.url());
    }
}
