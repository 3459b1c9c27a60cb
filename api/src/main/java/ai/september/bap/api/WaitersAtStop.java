package ai.september.bap.api;

import ai.september.bap.api.operation.OperationWaiters;
import org.eclipse.jetty.util.component.LifeCycle;

/** A server that stops lets running requests finish first, so those that wait for operations must not go on waiting. */
record WaitersAtStop(OperationWaiters waiters) implements LifeCycle.Listener {

    @Override
    public void lifeCycleStopping(LifeCycle server) {
        waiters.stop();
    }
}
