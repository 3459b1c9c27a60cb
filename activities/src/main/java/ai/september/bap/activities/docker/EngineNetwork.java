package ai.september.bap.activities.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;

/** The network that engines are on: the operator's own, or one that is made when it is first needed. Thread-safe. */
final class EngineNetwork {

    private final DaemonCalls calls;
    private final Labels labels;
    private final String name;

    EngineNetwork(DaemonCalls calls, Labels labels, String name) {
        this.calls = calls;
        this.labels = labels;
        this.name = name;
    }

    /** Makes sure that it is there. One at a time: the daemon would make twins of the same name. */
    synchronized void ensure() throws InterruptedException {
        if (!exists()) {
            try {
                calls.tell(
                        "create network " + name,
                        DaemonCalls.QUICK,
                        client -> client.createNetworkCmd()
                                .withName(name)
                                .withDriver("bridge")
                                .withCheckDuplicate(true)
                                .withLabels(labels.ofInstallation())
                                .exec());
            } catch (ConflictException madeMeanwhile) {
                // As wanted.
            }
        }
    }

    private boolean exists() throws InterruptedException {
        try {
            calls.tell(
                    "look at network " + name,
                    DaemonCalls.QUICK,
                    client -> client.inspectNetworkCmd().withNetworkId(name).exec());
            return true;
        } catch (NotFoundException missing) {
            return false;
        }
    }
}
