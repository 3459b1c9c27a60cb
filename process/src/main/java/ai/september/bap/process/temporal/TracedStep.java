package ai.september.bap.process.temporal;

import ai.september.bap.process.logging.LogContext;
import ai.september.bap.process.traces.Tracing;
import ai.september.bap.workflows.Boot;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Scope;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.failure.ApplicationFailure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The span of one attempt at a step; where the step saw an engine boot, that boot is a span below it. */
final class TracedStep extends ActivityInboundCallsInterceptorBase {

    private final Tracing tracing;
    private @Nullable ActivityInfo info;

    TracedStep(Tracing tracing, ActivityInboundCallsInterceptor next) {
        super(next);
        this.tracing = tracing;
    }

    @Override
    public void init(ActivityExecutionContext context) {
        info = context.getInfo();
        super.init(context);
    }

    @Override
    public ActivityOutput execute(ActivityInput input) {
        return info == null ? super.execute(input) : traced(info, input);
    }

    private ActivityOutput traced(ActivityInfo step, ActivityInput input) {
        Span span = TraceHeader.describe(
                        tracing.span(step.getActivityType(), SpanKind.INTERNAL, TraceHeader.read(input.getHeader())),
                        input.getArguments())
                .setAttribute("attempt", step.getAttempt())
                .startSpan();
        try (Scope current = span.makeCurrent()) {
            ActivityOutput output =
                    LogContext.ofTrace(span.getSpanContext().getTraceId()).call(() -> super.execute(input));
            if (output.getResult() instanceof Boot boot) {
                trace(boot, span);
            }
            return output;
        } catch (RuntimeException failed) {
            TraceHeader.fail(
                    span,
                    failed instanceof ApplicationFailure failure
                            ? failure.getType()
                            : failed.getClass().getSimpleName());
            throw failed;
        } finally {
            span.end();
        }
    }

    private void trace(Boot boot, Span step) {
        Instant began = boot.healthyAt().minusMillis(boot.durationMs());
        tracing.span("engine boot", SpanKind.INTERNAL, step.getSpanContext())
                .setStartTimestamp(began)
                .startSpan()
                .end(boot.healthyAt());
    }
}
