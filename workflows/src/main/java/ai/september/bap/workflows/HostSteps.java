package ai.september.bap.workflows;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** What is done beside a container daemon for all of its engines, on that host's queue. */
@ActivityInterface
public interface HostSteps {

    /** Watches over the host's engines for about an hour: asks them how they are, and begins the recovery of those that fail. */
    @ActivityMethod(name = "WatchEngines")
    void watch(HostRef host);
}
