package ai.september.bap.process.temporal;

import ai.september.bap.process.traces.Tracing;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptor;

/** Traces what a worker does: runs and their steps. Thread-safe. */
final class TracedWork extends WorkerInterceptorBase {

    private final Tracing tracing;

    TracedWork(Tracing tracing) {
        this.tracing = tracing;
    }

    @Override
    public WorkflowInboundCallsInterceptor interceptWorkflow(WorkflowInboundCallsInterceptor next) {
        return new TracedRun(tracing, next);
    }

    @Override
    public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
        return new TracedStep(tracing, next);
    }
}
