package ai.september.engine.provider;

import static ai.september.engine.testing.AnthropicWire.delta;
import static ai.september.engine.testing.AnthropicWire.stop;
import static ai.september.engine.testing.FakeProvider.cut;
import static ai.september.engine.testing.FakeProvider.error;
import static ai.september.engine.testing.FakeProvider.stream;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.engine.config.ProviderConfig;
import ai.september.engine.config.ProviderConfig.ProviderName;
import ai.september.engine.config.Secret;
import ai.september.engine.error.EngineException;
import ai.september.engine.error.ErrorCode;
import ai.september.engine.provider.Conversation.Exchange;
import ai.september.engine.provider.anthropic.AnthropicProvider;
import ai.september.engine.testing.AnthropicWire;
import ai.september.engine.testing.FakeProvider;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AnthropicProviderTest {

    private static final Conversation HELLO = new Conversation(Optional.empty(), List.of(), "Hello");

    private final StringBuilder text = new StringBuilder();
    private FakeProvider server;
    private Provider provider;

    @BeforeEach
    void start() throws IOException {
        server = FakeProvider.start();
        provider = new AnthropicProvider(new ProviderConfig(
                ProviderName.ANTHROPIC,
                Optional.of("some-model"),
                Optional.of(server.url()),
                Optional.of(new Secret("sk-ant-secret"))));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void streamsTheAnswerAndCountsTheWholeInput() {
        server.answers(
                stream(AnthropicWire.start(10, 3, 4), AnthropicWire.ping(), delta("Good "), delta("day"), stop(6)));
        Usage usage = provider.answer(HELLO, text::append);
        assertThat(text).hasToString("Good day");
        assertThat(usage).isEqualTo(new Usage(17, 6, 4));
    }

    @Test
    void sendsKeyModelInstructionsAndHistory() {
        server.answers(stream(AnthropicWire.start(1, 0, 0), delta("x"), stop(1)));
        provider.answer(
                new Conversation(Optional.of("Be brief."), List.of(new Exchange("one", "two")), "three"), text::append);
        FakeProvider.Request request = server.requests().get(0);
        assertThat(request.path()).isEqualTo("/v1/messages");
        assertThat(request.key()).contains("sk-ant-secret");
        assertThat(request.body())
                .contains("\"model\":\"some-model\"", "\"system\":\"Be brief.\"", "\"stream\":true")
                .containsSubsequence("\"one\"", "\"two\"", "\"three\"");
    }

    @Test
    void triesAgainAfterARateLimit() {
        server.answers(
                error(429, AnthropicWire.RATE_LIMITED), stream(AnthropicWire.start(1, 0, 0), delta("late"), stop(1)));
        provider.answer(HELLO, text::append);
        assertThat(text).hasToString("late");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aRateLimitThatStaysEndsAfterBoundedRetries() {
        server.answers(error(429, AnthropicWire.RATE_LIMITED));
        assertThat(failure().code()).isEqualTo(ErrorCode.LLM_RATE_LIMITED);
        assertThat(server.requests()).hasSize(1 + ProviderFailures.MAX_RETRIES);
    }

    @Test
    void aRefusedKeyIsSaidWithoutTheKey() {
        server.answers(error(401, AnthropicWire.REFUSED_KEY));
        EngineException failure = failure();
        assertThat(failure.code()).isEqualTo(ErrorCode.LLM_KEY_REFUSED);
        assertThat(failure.envelope().toJson().toString())
                .doesNotContain("secret")
                .contains("401");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aRefusedRequestIsNotRetried() {
        server.answers(
                error(404, "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"model\"}}"));
        assertThat(failure().code()).isEqualTo(ErrorCode.LLM_REQUEST_REFUSED);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aCutConnectionIsABrokenStream() {
        server.answers(cut(AnthropicWire.start(1, 0, 0), delta("half")));
        assertThat(failure().code()).isEqualTo(ErrorCode.LLM_STREAM_BROKEN);
        assertThat(text).hasToString("half");
    }

    @Test
    void aStreamThatEndsPolitelyWithoutItsStopIsBrokenToo() {
        server.answers(stream(AnthropicWire.start(1, 0, 0), delta("half")));
        assertThat(failure().code()).isEqualTo(ErrorCode.LLM_STREAM_BROKEN);
    }

    @Test
    void garbageInTheStreamIsABrokenStream() {
        server.answers(stream(AnthropicWire.start(1, 0, 0), "event: content_block_delta\ndata: {nonsense\n\n"));
        assertThat(failure().code()).isEqualTo(ErrorCode.LLM_STREAM_BROKEN);
    }

    @Test
    void anErrorInsideTheStreamEndsTheAnswer() {
        server.answers(stream(AnthropicWire.start(1, 0, 0), delta("half"), AnthropicWire.overloaded()));
        assertThat(failure().code()).isIn(ErrorCode.LLM_STREAM_BROKEN, ErrorCode.LLM_UNAVAILABLE);
    }

    @Test
    void aFaultOfTheProviderIsUnavailability() {
        server.answers(error(500, "{}"));
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
