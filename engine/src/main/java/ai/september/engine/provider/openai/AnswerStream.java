package ai.september.engine.provider.openai;

import ai.september.engine.provider.Provider.TextSink;
import ai.september.engine.provider.ProviderFailures;
import ai.september.engine.provider.Usage;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.completions.CompletionUsage;

/** Reads one answer's chunks. Only a {@code finish_reason} makes it whole: a connection may also end politely before. */
final class AnswerStream {

    private final TextSink sink;
    private boolean begun;
    private boolean finished;
    private Usage usage = new Usage(0, 0, 0);

    AnswerStream(TextSink sink) {
        this.sink = sink;
    }

    void begin() {
        begun = true;
    }

    boolean hasBegun() {
        return begun;
    }

    void take(ChatCompletionChunk chunk) {
        for (ChatCompletionChunk.Choice choice : chunk.choices()) {
            choice.delta().content().ifPresent(sink::text);
            finished |= choice.finishReason().isPresent();
        }
        chunk.usage().ifPresent(this::count);
    }

    private void count(CompletionUsage counted) {
        long cached = counted.promptTokensDetails()
                .flatMap(CompletionUsage.PromptTokensDetails::cachedTokens)
                .orElse(0L);
        usage = new Usage(counted.promptTokens(), counted.completionTokens(), cached);
    }

    Usage usage() {
        if (!finished) {
            throw ProviderFailures.ofTransport(true);
        }
        return usage;
    }
}
