package ai.september.bap.process.server;

import org.eclipse.jetty.util.component.LifeCycle;

/**
 * Does something when the server begins to stop, before it waits for its requests: it counts those that are suspended,
 * too, and would wait for them in vain.
 */
public record BeforeStop(Runnable work) implements LifeCycle.Listener {

    @Override
    public void lifeCycleStopping(LifeCycle server) {
        work.run();
    }
}
