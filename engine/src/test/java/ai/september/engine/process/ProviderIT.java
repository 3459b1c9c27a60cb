package ai.september.engine.process;

import static ai.september.engine.testing.EngineClient.turn;
import static ai.september.engine.testing.FakeProvider.cut;
import static ai.september.engine.testing.FakeProvider.error;
import static ai.september.engine.testing.FakeProvider.stream;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.engine.testing.AnthropicWire;
import ai.september.engine.testing.EngineClient;
import ai.september.engine.testing.EngineProcess;
import ai.september.engine.testing.EventReader;
import ai.september.engine.testing.FakeProvider;
import ai.september.engine.testing.OpenAiWire;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged SDKs: loaded late, inside the small heap, and what their failures look like from outside. */
class ProviderIT {

    @TempDir
    Path folder;

    private FakeProvider provider;
    private Map<String, String> environment;

    @BeforeEach
    void start() throws Exception {
        provider = FakeProvider.start();
        environment = EngineProcess.environment(folder);
        environment.put("LLM_API_KEY", "sk-test-secret");
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    @Test
    void anSdkIsLoadedAtTheFirstTurnOfItsProviderOnly() throws Exception {
        Path loaded = folder.resolve("loaded.txt");
        environment.put("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + loaded);
        try (EngineProcess process = openAi()) {
            assertThat(process.client().health().statusCode()).isEqualTo(200);
            assertThat(Files.readString(loaded))
                    .contains("ai.september.engine.Main")
                    .doesNotContain("com.openai", "kotlin.");
            provider.answers(openAiAnswer("hi"));
            assertThat(process.client().finishedTurn("t", "x").text()).isEqualTo("hi");
            assertThat(Files.readString(loaded)).contains("com.openai").doesNotContain("com.anthropic");
            assertThat(process.output()).doesNotContain("SLF4J", "WARN");
        }
    }

    @Test
    void anthropicAnswersFromThePackage() throws Exception {
        environment.put("LLM_PROVIDER", "anthropic");
        environment.put("LLM_BASE_URL", provider.url());
        provider.answers(stream(AnthropicWire.start(5, 0, 2), AnthropicWire.delta("Good day"), AnthropicWire.stop(3)));
        try (EngineProcess process = EngineProcess.serve(environment)) {
            EventReader reader = process.client().finishedTurn("t", "x");
            assertThat(reader.text()).isEqualTo("Good day");
            assertThat(reader.events().get(2).data())
                    .isEqualTo("{\"input_tokens\":7,\"output_tokens\":3,\"cache_hit_tokens\":2}");
        }
    }

    @Test
    void theCatalogsInstructionsReachTheModelWithoutARestart() throws Exception {
        provider.answers(openAiAnswer("a"));
        try (EngineProcess process = openAi()) {
            process.client().finishedTurn("t", "x");
            assertThat(provider.requests().get(0).body()).doesNotContain("\"system\"");
            Files.createDirectory(folder.resolve("catalog"));
            Files.writeString(folder.resolve("catalog/system.md"), "Speak like a sailor.\n");
            process.client().finishedTurn("t", "x");
            assertThat(provider.requests().get(1).body()).contains("Speak like a sailor.");
        }
    }

    @Test
    void aRefusedKeyDegradesHealthUntilATurnSucceeds() throws Exception {
        provider.answers(error(401, OpenAiWire.REFUSED_KEY), openAiAnswer("well again"));
        try (EngineProcess process = openAi()) {
            EngineClient engine = process.client();
            EventReader failed = engine.finishedTurn("t", "x");
            assertThat(failed.events().get(1).data())
                    .isEqualTo(
                            "{\"error\":\"LLM_KEY_REFUSED\",\"message\":\"The provider refuses its key; set a valid one.\","
                                    + "\"details\":{\"status\":401}}");
            assertThat(failed.last().data()).contains("\"phase\":\"errored\"");
            HttpResponse<String> health = engine.health();
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body())
                    .contains(
                            "\"status\":\"degraded\"", "\"subsystems\":{\"brain\":\"ok\",\"llm_provider\":\"error\"}");
            assertThat(engine.finishedTurn("t", "y").text()).isEqualTo("well again");
            assertThat(engine.health().statusCode()).isEqualTo(200);
            assertThat(process.output()).doesNotContain("secret");
        }
    }

    @Test
    void aBrokenAnswerIsErroredAndNoHistory() throws Exception {
        provider.answers(cut(OpenAiWire.delta("half an answer")), openAiAnswer("whole"));
        try (EngineProcess process = openAi()) {
            EngineClient engine = process.client();
            EventReader broken = engine.finishedTurn("t", "broken question");
            assertThat(broken.text()).isEqualTo("half an answer");
            assertThat(broken.events().get(2).data()).contains("\"error\":\"LLM_STREAM_BROKEN\"");
            assertThat(engine.health().statusCode()).isEqualTo(200);
            assertThat(engine.finishedTurn("t", "second question").text()).isEqualTo("whole");
            assertThat(provider.requests().get(1).body()).doesNotContain("broken question", "half an answer");
        }
    }

    @Test
    void longConversationsFitTheSmallHeap() throws Exception {
        provider.answers(openAiAnswer("a".repeat(40_000)));
        try (EngineProcess process = openAi()) {
            EngineClient engine = process.client();
            for (int i = 0; i < 10; i++) {
                assertThat(engine.finishedTurn("long", "b".repeat(40_000))
                                .last()
                                .data())
                        .contains("completed");
            }
            assertThat(provider.requests().get(9).body().length()).isBetween(150_000, 250_000);
            HttpResponse<String> large = engine.send(engine.execute(turn("long", "c".repeat(1_000_000))));
            assertThat(large.body()).contains("\"phase\":\"completed\"");
            assertThat(engine.health().statusCode()).isEqualTo(200);
        }
    }

    private EngineProcess openAi() throws Exception {
        environment.put("LLM_PROVIDER", "openai");
        environment.put("LLM_BASE_URL", provider.url() + "/v1");
        return EngineProcess.serve(environment);
    }

    private static FakeProvider.Answer openAiAnswer(String text) {
        return stream(OpenAiWire.delta(text), String.join("", OpenAiWire.end()));
    }
}
