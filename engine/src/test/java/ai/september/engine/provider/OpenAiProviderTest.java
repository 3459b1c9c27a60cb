package ai.september.engine.provider;

import static ai.september.engine.testing.FakeProvider.cut;
import static ai.september.engine.testing.FakeProvider.error;
import static ai.september.engine.testing.FakeProvider.stream;
import static ai.september.engine.testing.OpenAiWire.delta;
import static ai.september.engine.testing.OpenAiWire.done;
import static ai.september.engine.testing.OpenAiWire.finish;
import static ai.september.engine.testing.OpenAiWire.usage;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.engine.config.ProviderConfig;
import ai.september.engine.config.ProviderConfig.ProviderName;
import ai.september.engine.config.Secret;
import ai.september.engine.error.EngineException;
import ai.september.engine.error.ErrorCode;
import ai.september.engine.provider.Conversation.Exchange;
import ai.september.engine.provider.openai.OpenAiProvider;
import ai.september.engine.testing.FakeProvider;
import ai.september.engine.testing.OpenAiWire;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenAiProviderTest {

    private static final Conversation HELLO = new Conversation(Optional.empty(), List.of(), "Hello");

    private final StringBuilder text = new StringBuilder();
    private FakeProvider server;
    private Provider provider;

    @BeforeEach
    void start() throws IOException {
        server = FakeProvider.start();
        provider = new OpenAiProvider(new ProviderConfig(
                ProviderName.OPENAI,
                Optional.of("some-model"),
                Optional.of(server.url() + "/v1"),
                Optional.of(new Secret("sk-secret"))));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void streamsTheAnswerAndItsUsage() {
        server.answers(stream(delta("Good "), delta("day"), finish(), usage(17, 6, 4), done()));
        Usage usage = provider.answer(HELLO, text::append);
        assertThat(text).hasToString("Good day");
        assertThat(usage).isEqualTo(new Usage(17, 6, 4));
    }

    @Test
    void sendsKeyModelInstructionsAndHistory() {
        server.answers(stream(delta("x"), finish(), done()));
        provider.answer(
                new Conversation(Optional.of("Be brief."), List.of(new Exchange("one", "two")), "three"), text::append);
        FakeProvider.Request request = server.requests().get(0);
        assertThat(request.path()).isEqualTo("/v1/chat/completions");
        assertThat(request.key()).contains("Bearer sk-secret");
        assertThat(request.body())
                .contains("\"model\":\"some-model\"", "\"include_usage\":true", "\"stream\":true")
                .containsSubsequence("\"Be brief.\"", "\"one\"", "\"two\"", "\"three\"");
    }

    @Test
    void triesAgainAfterARateLimit() {
        server.answers(error(429, OpenAiWire.RATE_LIMITED), stream(delta("late"), finish(), done()));
        provider.answer(HELLO, text::append);
        assertThat(text).hasToString("late");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aRateLimitThatStaysEndsAfterBoundedRetries() {
        server.answers(error(429, OpenAiWire.RATE_LIMITED));
        assertThat(failure().code()).isEqualTo(ErrorCode.LLM_RATE_LIMITED);
        assertThat(server.requests()).hasSize(1 + ProviderFailures.MAX_RETRIES);
    }

    @Test
    void aRefusedKeyIsSaidWithoutTheKey() {
        server.answers(error(401, OpenAiWire.REFUSED_KEY));
        EngineException failure = failure();
        assertThat(failure.code()).isEqualTo(ErrorCode.LLM_KEY_REFUSED);
        assertThat(failure.envelope().toJson().toString())
                .doesNotContain("secret")
                .contains("401");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aRefusedRequestIsNotRetried() {
        server.answers(error(404, "{\"error\":{\"message\":\"no such model\",\"type\":\"invalid_request_error\"}}"));
        assertThat(failure().code()).isEqualTo(ErrorCode.LLM_REQUEST_REFUSED);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aCutConnectionIsABrokenStream() {
        server.answers(cut(delta("half")));
        assertThat(failure().code()).isEqualTo(ErrorCode.LLM_STREAM_BROKEN);
        assertThat(text).hasToString("half");
    }

    @Test
    void aStreamThatEndsPolitelyWithoutItsFinishIsBrokenToo() {
        server.answers(stream(delta("half"), done()));
        assertThat(failure().code()).isEqualTo(ErrorCode.LLM_STREAM_BROKEN);
    }

    @Test
    void garbageInTheStreamIsABrokenStream() {
        server.answers(stream(delta("half"), "data: {nonsense\n\n"));
        assertThat(failure().code()).isEqualTo(ErrorCode.LLM_STREAM_BROKEN);
    }

    @Test
    void anErrorInsideTheStreamEndsTheAnswer() {
        server.answers(stream(delta("half"), "data: {\"error\":{\"message\":\"overloaded\"}}\n\n"));
        assertThat(failure().code()).isIn(ErrorCode.LLM_STREAM_BROKEN, ErrorCode.LLM_UNAVAILABLE);
    }

    @Test
    void aFaultOfTheProviderIsUnavailability() {
        server.answers(error(503, "{}"));
        assertThat(failure().code()).isEqualTo(ErrorCode.LLM_UNAVAILABLE);
    }

    @Test
    void aServerThatIsGoneIsUnavailability() {
        server.close();
        assertThat(failure().code()).isEqualTo(ErrorCode.LLM_UNAVAILABLE);
    }

    private EngineException failure() {
        return Assertions.catchThrowableOfType(EngineException.class, () -> provider.answer(HELLO, text::append));
    }
}
