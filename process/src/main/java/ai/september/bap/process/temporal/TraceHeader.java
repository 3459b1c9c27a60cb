package ai.september.bap.process.temporal;

import ai.september.bap.process.traces.TraceParent;
import ai.september.bap.workflows.OperationRef;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.GlobalDataConverter;
import io.temporal.common.interceptors.Header;

/** How spans travel with calls in Temporal, and what they say of an operation: ids alone, as all payloads of ours. */
final class TraceHeader {

    private static final DataConverter CONVERTER = GlobalDataConverter.get();

    private TraceHeader() {}

    /** Puts a span into the header of what it causes. */
    static void write(Header header, SpanContext span) {
        if (span.isValid()) {
            CONVERTER
                    .toPayload(TraceParent.of(span))
                    .ifPresent(payload -> header.getValues().put(TraceParent.HEADER, payload));
        }
    }

    /** The span that caused this; invalid if nobody traced it. */
    static SpanContext read(Header header) {
        Payload payload = header.getValues().get(TraceParent.HEADER);
        return payload == null
                ? SpanContext.getInvalid()
                : TraceParent.parse(CONVERTER.fromPayload(payload, String.class, String.class));
    }

    /** Names operation and engine, where the first argument does. */
    static SpanBuilder describe(SpanBuilder span, Object[] arguments) {
        if (arguments.length > 0 && arguments[0] instanceof OperationRef operation) {
            span.setAttribute("operation_id", operation.operationId().toString())
                    .setAttribute("engine_id", operation.engineId().toString());
        }
        return span;
    }

    /** Says how something failed, by a code: messages may be long. */
    static void fail(Span span, String type) {
        span.setStatus(StatusCode.ERROR).setAttribute("error.type", type);
    }
}
