package ai.september.bap.local.temporal;

import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Whether a Temporal server without TLS answers. */
final class TemporalHealth {

    private static final int LOOK_SECONDS = 2;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private TemporalHealth() {}

    /**
     * Waits until it serves.
     *
     * @param worthWaiting asked before each look; false ends the wait
     * @return whether it serves
     */
    static boolean await(String address, Duration time, BooleanSupplier worthWaiting) throws InterruptedException {
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(address).build());
        try {
            long deadline = System.nanoTime() + time.toNanos();
            while (System.nanoTime() < deadline && worthWaiting.getAsBoolean()) {
                if (serves(stubs)) {
                    return true;
                }
                Thread.sleep(LOOK_AGAIN.toMillis());
            }
            return false;
        } finally {
            stubs.shutdownNow();
        }
    }

    private static boolean serves(WorkflowServiceStubs stubs) {
        try {
            stubs.blockingStub()
                    .withDeadlineAfter(LOOK_SECONDS, TimeUnit.SECONDS)
                    .getSystemInfo(GetSystemInfoRequest.getDefaultInstance());
            return true;
        } catch (StatusRuntimeException notYet) {
            return false;
        }
    }
}
