package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The main job from the first request to the last, as a product's backend does it. */
class TourIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = Orchestrator.shared();

    @Test
    void aProductRegistersAdmitsTalksStopsStartsAndDestroys() {
        assertThat(ORCHESTRATOR.anonymous().get("/health").isOk().body().toString())
                .isEqualTo("{\"status\":\"ok\"}");
        Product product = ORCHESTRATOR.register("tour", "{\"max_engines\":10,\"rate_limit_rpm\":60}");

        Client.Reply first = product.admit("u1", "{\"auto_provision\":true}").isOk();
        assertThat(first.body().path("admitted").asBoolean()).isTrue();
        assertThat(product.admit("u1").isOk().lasting()).isEqualTo(first.lasting());

        EngineClient engine = EngineClient.of(first.body().path("engine"));
        assertThat(engine.say("task", "hello")).isEqualTo("You said: hello (turn 1 of this task)");

        product.post("u1", "stop").isOk();
        product.admit("u1", "{\"auto_provision\":true,\"auto_wake\":true}").isDenied("engine_stopped");
        product.post("u1", "start").isOk();
        assertThat(engine.say("task", "again")).isEqualTo("You said: again (turn 2 of this task)");

        assertThat(product.client().get("/engines").isOk().body().path("total").asInt())
                .isEqualTo(1);
        product.destroy("u1").isOk();
        product.get("u1").isRefused(404, "ENGINE_NOT_FOUND");
        product.admit("u1").isDenied("engine_not_found");
    }
}
