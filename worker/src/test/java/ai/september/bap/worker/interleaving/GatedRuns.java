package ai.september.bap.worker.interleaving;

import ai.september.bap.registry.id.EngineId;
import io.temporal.common.interceptors.WorkerInterceptor;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.common.interceptors.WorkflowClientCallsInterceptor;
import io.temporal.common.interceptors.WorkflowClientCallsInterceptorBase;
import io.temporal.common.interceptors.WorkflowClientInterceptor;
import io.temporal.common.interceptors.WorkflowClientInterceptorBase;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptorBase;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInfo;
import java.util.function.Function;

/** Tells the gate of runs, and has those who start or terminate one wait there. Thread-safe. */
final class GatedRuns {

    private static final String OF_ENGINE = "engine/";

    private final Function<EngineId, World> worlds;

    GatedRuns(Function<EngineId, World> worlds) {
        this.worlds = worlds;
    }

    private Gate gate(String workflowId) {
        return worlds.apply(EngineId.parse(workflowId.substring(OF_ENGINE.length())))
                .gate();
    }

    private static void park(String what) {
        Gate.Actor actor = Gate.current();
        if (actor != null) {
            Gate.Fate unusedFate = actor.park(what);
        }
    }

    /** Beside those who bring operations to Temporal. */
    WorkflowClientInterceptor starters() {
        return new WorkflowClientInterceptorBase() {
            @Override
            public WorkflowClientCallsInterceptor workflowClientCallsInterceptor(WorkflowClientCallsInterceptor next) {
                return new Starters(next);
            }
        };
    }

    /** Beside those who carry them out. */
    WorkerInterceptor workers() {
        return new WorkerInterceptorBase() {
            @Override
            public WorkflowInboundCallsInterceptor interceptWorkflow(WorkflowInboundCallsInterceptor next) {
                return new Runs(next);
            }
        };
    }

    private final class Starters extends WorkflowClientCallsInterceptorBase {

        Starters(WorkflowClientCallsInterceptor next) {
            super(next);
        }

        @Override
        public WorkflowStartOutput start(WorkflowStartInput input) {
            park("starts its run");
            WorkflowStartOutput started = super.start(input);
            gate(input.getWorkflowId()).runBegan(started.getWorkflowExecution().getRunId());
            return started;
        }

        @Override
        public TerminateOutput terminate(TerminateInput input) {
            park("terminates the run in its way");
            TerminateOutput terminated = super.terminate(input);
            gate(input.getWorkflowExecution().getWorkflowId())
                    .runEnded(input.getWorkflowExecution().getRunId());
            return terminated;
        }
    }

    private final class Runs extends WorkflowInboundCallsInterceptorBase {

        Runs(WorkflowInboundCallsInterceptor next) {
            super(next);
        }

        /** A run that was terminated is put away by its worker some time later, and ends here, too. */
        @Override
        public WorkflowOutput execute(WorkflowInput input) {
            WorkflowInfo run = Workflow.getInfo();
            Gate gate = gate(run.getWorkflowId());
            gate.runBegan(run.getRunId());
            try {
                return super.execute(input);
            } finally {
                gate.runEnded(run.getRunId());
            }
        }
    }
}
