package ai.september.engine.provider.anthropic;

import ai.september.engine.provider.Provider.TextSink;
import ai.september.engine.provider.ProviderFailures;
import ai.september.engine.provider.Usage;
import com.anthropic.models.messages.MessageDeltaUsage;
import com.anthropic.models.messages.RawMessageStreamEvent;

/** Reads one answer's events. Only {@code message_stop} makes it whole: a connection may also end politely in between. */
final class AnswerStream {

    private final TextSink sink;
    private boolean begun;
    private boolean stopped;
    private long input;
    private long cacheHit;
    private long output;

    AnswerStream(TextSink sink) {
        this.sink = sink;
    }

    void begin() {
        begun = true;
    }

    boolean hasBegun() {
        return begun;
    }

    void take(RawMessageStreamEvent event) {
        event.messageStart().ifPresent(start -> countStart(start.message().usage()));
        event.contentBlockDelta().flatMap(block -> block.delta().text()).ifPresent(delta -> sink.text(delta.text()));
        event.messageDelta().ifPresent(delta -> countDelta(delta.usage()));
        stopped |= event.isMessageStop();
    }

    private void countStart(com.anthropic.models.messages.Usage usage) {
        cacheHit = usage.cacheReadInputTokens().orElse(0L);
        // Anthropic counts what went into its cache or came from there apart from the rest.
        input = usage.inputTokens() + usage.cacheCreationInputTokens().orElse(0L) + cacheHit;
        output = usage.outputTokens();
    }

    private void countDelta(MessageDeltaUsage usage) {
        output = usage.outputTokens();
    }

    Usage usage() {
        if (!stopped) {
            throw ProviderFailures.ofTransport(true);
        }
        return new Usage(input, output, cacheHit);
    }
}
