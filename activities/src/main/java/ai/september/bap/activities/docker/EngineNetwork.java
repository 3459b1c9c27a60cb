package ai.september.bap.activities.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Network;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The network that engines are on: the operator's own, or one that is made when it is first needed. It belongs to no
 * Compose project, so it stays with its engines when the processes beside them are taken down. Thread-safe.
 */
final class EngineNetwork {

    private static final Comparator<Network> OLDEST_FIRST =
            Comparator.comparing(Network::getCreated).thenComparing(Network::getId);

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

    /** Makes sure that it is there, and that this process's container is on it, if it is to be. */
    synchronized void ensure() throws InterruptedException {
        if (find().isEmpty()) {
            make();
        }
        if (member != null && !isJoinedBy(member)) {
            join(member);
        }
    }

    /**
     * Processes that make it at the same moment make it twice, though they ask the daemon not to: then the older one
     * stays, as each of them sees once its own is there.
     */
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
        for (Network twin : find().stream().sorted(OLDEST_FIRST).skip(1).toList()) {
            if (labels.areOurs(twin.getLabels())) {
                remove(twin);
            }
        }
    }

    private void remove(Network twin) throws InterruptedException {
        try {
            calls.tell(
                    "remove network " + name + ", which was made twice,",
                    DaemonCalls.QUICK,
                    client -> client.removeNetworkCmd(twin.getId()).exec());
        } catch (NotFoundException removedMeanwhile) {
            // As wanted.
        }
    }

    private boolean isJoinedBy(String container) throws InterruptedException {
        return calls.call(
                        "look at this process's container",
                        client -> client.inspectContainerCmd(container).exec())
                .getNetworkSettings()
                .getNetworks()
                .containsKey(name);
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

    /** Of exactly that name: the daemon's filter takes a part of one for it. */
    private List<Network> find() throws InterruptedException {
        return calls
                .call(
                        "list networks",
                        client -> client.listNetworksCmd().withNameFilter(name).exec())
                .stream()
                .filter(network -> name.equals(network.getName()))
                .toList();
    }
}
