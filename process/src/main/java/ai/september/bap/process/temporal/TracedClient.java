package ai.september.bap.process.temporal;

import ai.september.bap.process.traces.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Scope;
import io.temporal.common.interceptors.WorkflowClientCallsInterceptor;
import io.temporal.common.interceptors.WorkflowClientCallsInterceptorBase;
import io.temporal.common.interceptors.WorkflowClientInterceptorBase;

/**
 * Traces starts of workflows. What a request begins belongs to the request's trace; what a relay starts has one of its own,
 * which names the operation. Thread-safe.
 */
final class TracedClient extends WorkflowClientInterceptorBase {

    private final Tracing tracing;

    TracedClient(Tracing tracing) {
        this.tracing = tracing;
    }

    @Override
    public WorkflowClientCallsInterceptor workflowClientCallsInterceptor(WorkflowClientCallsInterceptor next) {
        return new Calls(next);
    }

    private final class Calls extends WorkflowClientCallsInterceptorBase {

        Calls(WorkflowClientCallsInterceptor next) {
            super(next);
        }

        @Override
        public WorkflowStartOutput start(WorkflowStartInput input) {
            Span span = TraceHeader.describe(
                            tracing.span(
                                    "start " + input.getWorkflowType(),
                                    SpanKind.CLIENT,
                                    Span.current().getSpanContext()),
                            input.getArguments())
                    .startSpan();
            TraceHeader.write(input.getHeader(), span.getSpanContext());
            try (Scope current = span.makeCurrent()) {
                return super.start(input);
            } catch (RuntimeException failed) {
                TraceHeader.fail(span, failed.getClass().getSimpleName());
                throw failed;
            } finally {
                span.end();
            }
        }
    }
}
