package ai.september.engine.provider.anthropic;

import ai.september.engine.config.ProviderConfig;
import ai.september.engine.config.Secret;
import ai.september.engine.error.EngineException;
import ai.september.engine.provider.Conversation;
import ai.september.engine.provider.Conversation.Exchange;
import ai.september.engine.provider.Provider;
import ai.september.engine.provider.ProviderFailures;
import ai.september.engine.provider.Usage;
import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.Timeout;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicException;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import java.util.Iterator;

/** Answers by Anthropic's Messages API, streaming. */
public final class AnthropicProvider implements Provider {

    private static final String DEFAULT_MODEL = "claude-sonnet-5-5";
    private static final long MAX_TOKENS = 8_192;

    private final AnthropicClient client;
    private final String model;

    public AnthropicProvider(ProviderConfig config) {
        AnthropicOkHttpClient.Builder builder = AnthropicOkHttpClient.builder()
                .apiKey(config.apiKey().map(Secret::value).orElse("none"))
                .maxRetries(ProviderFailures.MAX_RETRIES)
                .timeout(Timeout.builder()
                        .connect(ProviderFailures.CONNECT_TIMEOUT)
                        .read(ProviderFailures.SILENCE_TIMEOUT)
                        .request(ProviderFailures.TURN_TIMEOUT)
                        .build());
        config.baseUrl().ifPresent(builder::baseUrl);
        this.client = builder.build();
        this.model = config.model().orElse(DEFAULT_MODEL);
    }

    @Override
    public Usage answer(Conversation conversation, TextSink sink) {
        AnswerStream answer = new AnswerStream(sink);
        try (StreamResponse<RawMessageStreamEvent> events = client.messages().createStreaming(request(conversation))) {
            answer.begin();
            Iterator<RawMessageStreamEvent> each = events.stream().iterator();
            while (each.hasNext()) {
                answer.take(each.next());
            }
        } catch (EngineException e) {
            throw e;
        } catch (AnthropicServiceException e) {
            throw ProviderFailures.ofStatus(e.statusCode(), answer.hasBegun());
        } catch (AnthropicException e) {
            throw ProviderFailures.ofTransport(answer.hasBegun());
        }
        return answer.usage();
    }

    private MessageCreateParams request(Conversation conversation) {
        MessageCreateParams.Builder request =
                MessageCreateParams.builder().model(model).maxTokens(MAX_TOKENS);
        conversation.system().ifPresent(request::system);
        for (Exchange exchange : conversation.history()) {
            request.addUserMessage(exchange.message()).addAssistantMessage(exchange.answer());
        }
        return request.addUserMessage(conversation.message()).build();
    }
}
