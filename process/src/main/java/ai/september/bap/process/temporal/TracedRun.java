package ai.september.bap.process.temporal;

import ai.september.bap.process.traces.Tracing;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.workflows.Outcome;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptorBase;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInfo;
import io.temporal.workflow.unsafe.WorkflowUnsafe;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The span of one run. Its ids follow from the run's, so that steps are below it whichever worker, or how many of them,
 * went through the run's history; and it is sent once, by the worker that comes to the end of the run and does not only
 * repeat how it once came there.
 */
final class TracedRun extends WorkflowInboundCallsInterceptorBase {

    private final Tracing tracing;
    private SpanContext parent = SpanContext.getInvalid();
    private SpanContext own = SpanContext.getInvalid();

    TracedRun(Tracing tracing, WorkflowInboundCallsInterceptor next) {
        super(next);
        this.tracing = tracing;
    }

    @Override
    public void init(WorkflowOutboundCallsInterceptor outbound) {
        super.init(new Steps(outbound));
    }

    @Override
    public WorkflowOutput execute(WorkflowInput input) {
        parent = TraceHeader.read(input.getHeader());
        own = idsOf(Workflow.getInfo().getRunId(), parent);
        try {
            WorkflowOutput output = super.execute(input);
            end(input, failure(output));
            return output;
        } catch (RuntimeException failed) {
            end(input, failed.getClass().getSimpleName());
            throw failed;
        }
    }

    /** Within the trace of whoever started it; one that nobody traced begins a trace. */
    private static SpanContext idsOf(String runId, SpanContext parent) {
        UUID run = UUID.fromString(runId);
        String traceId = parent.isValid() ? parent.getTraceId() : runId.replace("-", "");
        TraceFlags flags = parent.isValid() ? parent.getTraceFlags() : TraceFlags.getSampled();
        return SpanContext.create(
                traceId, "%016x".formatted(run.getLeastSignificantBits()), flags, TraceState.getDefault());
    }

    private static @Nullable String failure(WorkflowOutput output) {
        return output.getResult() instanceof Outcome outcome && outcome.status() == OperationStatus.FAILED
                ? String.valueOf(outcome.code())
                : null;
    }

    private void end(WorkflowInput input, @Nullable String failure) {
        if (WorkflowUnsafe.isReplaying()) {
            return;
        }
        WorkflowInfo info = Workflow.getInfo();
        SpanBuilder builder = TraceHeader.describe(
                        tracing.span(info.getWorkflowType(), SpanKind.INTERNAL, parent), input.getArguments())
                .setAttribute("temporal.run_id", info.getRunId())
                .setStartTimestamp(info.getRunStartedTimestampMillis(), TimeUnit.MILLISECONDS);
        Span span = tracing.start(builder, own);
        if (failure != null) {
            TraceHeader.fail(span, failure);
        }
        span.end();
    }

    /** Tells steps whose they are. */
    private final class Steps extends WorkflowOutboundCallsInterceptorBase {

        Steps(WorkflowOutboundCallsInterceptor next) {
            super(next);
        }

        @Override
        public <R> ActivityOutput<R> executeActivity(ActivityInput<R> input) {
            TraceHeader.write(input.getHeader(), own);
            return super.executeActivity(input);
        }

        @Override
        public <R> LocalActivityOutput<R> executeLocalActivity(LocalActivityInput<R> input) {
            TraceHeader.write(input.getHeader(), own);
            return super.executeLocalActivity(input);
        }
    }
}
