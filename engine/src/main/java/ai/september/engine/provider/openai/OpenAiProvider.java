package ai.september.engine.provider.openai;

import ai.september.engine.config.ProviderConfig;
import ai.september.engine.config.Secret;
import ai.september.engine.error.EngineException;
import ai.september.engine.provider.Conversation;
import ai.september.engine.provider.Conversation.Exchange;
import ai.september.engine.provider.Provider;
import ai.september.engine.provider.ProviderFailures;
import ai.september.engine.provider.Usage;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.Timeout;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import java.util.Iterator;

/** Answers by OpenAI's Chat Completions API, streaming: the one that compatible servers speak. */
public final class OpenAiProvider implements Provider {

    private static final String DEFAULT_MODEL = "gpt-5.4-mini";

    private final OpenAIClient client;
    private final String model;

    public OpenAiProvider(ProviderConfig config) {
        OpenAIOkHttpClient.Builder builder = OpenAIOkHttpClient.builder()
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
        try (StreamResponse<ChatCompletionChunk> chunks =
                client.chat().completions().createStreaming(request(conversation))) {
            answer.begin();
            Iterator<ChatCompletionChunk> each = chunks.stream().iterator();
            while (each.hasNext()) {
                answer.take(each.next());
            }
        } catch (EngineException e) {
            throw e;
        } catch (OpenAIServiceException e) {
            throw ProviderFailures.ofStatus(e.statusCode(), answer.hasBegun());
        } catch (OpenAIException e) {
            throw ProviderFailures.ofTransport(answer.hasBegun());
        }
        return answer.usage();
    }

    private ChatCompletionCreateParams request(Conversation conversation) {
        ChatCompletionCreateParams.Builder request = ChatCompletionCreateParams.builder()
                .model(model)
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build());
        conversation.system().ifPresent(request::addSystemMessage);
        for (Exchange exchange : conversation.history()) {
            request.addUserMessage(exchange.message()).addAssistantMessage(exchange.answer());
        }
        return request.addUserMessage(conversation.message()).build();
    }
}
