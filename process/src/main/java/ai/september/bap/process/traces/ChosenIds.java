package ai.september.bap.process.traces;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.trace.IdGenerator;
import org.jspecify.annotations.Nullable;

/** Random ids, but for the spans whose ids were known before they could be started. Thread-safe. */
final class ChosenIds implements IdGenerator {

    private static final ThreadLocal<@Nullable SpanContext> CHOSEN = new ThreadLocal<>();

    private final IdGenerator random = IdGenerator.random();

    /** Starts a span under these ids. */
    Span start(SpanBuilder span, SpanContext ids) {
        CHOSEN.set(ids);
        try {
            return span.startSpan();
        } finally {
            CHOSEN.remove();
        }
    }

    @Override
    public String generateSpanId() {
        SpanContext ids = CHOSEN.get();
        return ids == null ? random.generateSpanId() : ids.getSpanId();
    }

    @Override
    public String generateTraceId() {
        SpanContext ids = CHOSEN.get();
        return ids == null ? random.generateTraceId() : ids.getTraceId();
    }
}
