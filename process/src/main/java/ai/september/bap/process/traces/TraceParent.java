package ai.september.bap.process.traces;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A span as others are told of it: the W3C header {@code traceparent}, which is ids and a flag. Nothing else is handed on:
 * baggage and {@code tracestate} may hold whatever their sender put there.
 */
public final class TraceParent {

    /** The header's name. */
    public static final String HEADER = "traceparent";

    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    private TraceParent() {}

    /** The header of a span, whose context has to be valid. */
    public static String of(SpanContext span) {
        Map<String, String> headers = new HashMap<>();
        W3C.inject(Context.root().with(Span.wrap(span)), headers, Map::put);
        return headers.getOrDefault(HEADER, "");
    }

    /** The span of a header; invalid if there is none, or none that is proper. */
    public static SpanContext parse(@Nullable String header) {
        return header == null
                ? SpanContext.getInvalid()
                : Span.fromContext(W3C.extract(Context.root(), header, JustOne.INSTANCE))
                        .getSpanContext();
    }

    /** As the other, of a request whose headers {@code header} knows. */
    public static SpanContext in(Function<String, @Nullable String> header) {
        return parse(header.apply(HEADER));
    }

    /** Reads the one header that the carrier is. */
    private enum JustOne implements TextMapGetter<String> {
        INSTANCE;

        @Override
        public @Nullable String get(@Nullable String header, String name) {
            return name.equals(HEADER) ? header : null;
        }
    }
}
