package ai.september.bap.activities.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Network;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The network that engines are on: the operator's own, or one that is made when it is first needed. It belongs to no
 * Compose project, so it stays with its engines when the processes beside them are taken down. Thread-safe.
 */
final class EngineNetwork {

    private final DaemonCalls calls;
    private final Labels labels;
    private final String name;

    /** The container that is to be on it, too; null if there is none. */
    private final @Nullable String member;

    EngineNetwork(DaemonCalls calls, Labels labels, String name, @Nullable String member) {
        this.calls = calls;
        this.labels = labels;
        this.name = name;
        this.member = member;
    }

    /**
     * Makes sure that it is there, and that this process is on it where it reaches engines that way. One at a time: the
     * daemon would make twins of the same name.
     */
    synchronized void ensure() throws InterruptedException {
        Optional<Network> found = find();
        if (found.isEmpty()) {
            make();
        }
        if (member != null
                && found.filter(network -> network.getContainers().containsKey(member))
                        .isEmpty()) {
            join(member);
        }
    }

    private void make() throws InterruptedException {
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

    private void join(String container) throws InterruptedException {
        calls.tell(
                "join network " + name,
                DaemonCalls.QUICK,
                client -> client.connectToNetworkCmd()
                        .withNetworkId(name)
                        .withContainerId(container)
                        .exec());
    }

    private Optional<Network> find() throws InterruptedException {
        try {
            return Optional.of(calls.call(
                    "look at network " + name,
                    client -> client.inspectNetworkCmd().withNetworkId(name).exec()));
        } catch (NotFoundException missing) {
            return Optional.empty();
        }
    }
}
