package ai.september.bap.activities.subprocess;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.activities.subprocess.ProcessEntry.Condition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes of containers: whether they live, freezing, thawing and ending them. Signals go only to a process whose
 * identity was checked just before, or that carries its container's mark. Thread-safe for different containers.
 */
final class EngineProcesses {

    private static final Logger LOG = LoggerFactory.getLogger(EngineProcesses.class);

    /** How long the kernel may take to do what a signal that can not be refused asks for. */
    private static final Duration KERNEL_TIME = Duration.ofSeconds(10);

    private final ProcessTable table;
    private final Launcher launcher;

    EngineProcesses(ProcessTable table, Launcher launcher) {
        this.table = table;
        this.launcher = launcher;
    }

    /** The process of a launch, if it lives. */
    Optional<ProcessEntry> findLive(Launch launch) throws IOException, InterruptedException {
        if (launch.isSettled()) {
            return Optional.empty();
        }
        Optional<ProcessIdentity> identity = launch.identity();
        return identity.isEmpty() ? Optional.empty() : table.findLive(identity.get());
    }

    /** Whether a process of the launch listens at a port; true where it can not be known. */
    boolean isListening(Launch launch, int port) throws IOException, InterruptedException {
        Optional<ProcessEntry> process = findLive(launch);
        return process.isPresent() && table.listens(process.get().pid(), port);
    }

    /** Waits for the end of the launch's process; whether it has ended. */
    boolean awaitEnd(Launch launch, Duration limit) throws IOException, InterruptedException {
        ProcessIdentity identity = launch.identity().orElse(null);
        if (identity == null) {
            return true;
        }
        Optional<CompletableFuture<Void>> end = launcher.end(launch, identity);
        return end.isPresent()
                ? isDoneWithin(end.get(), limit)
                : Poll.until(() -> table.findLive(identity).isEmpty(), limit);
    }

    private static boolean isDoneWithin(CompletableFuture<Void> end, Duration limit) throws InterruptedException {
        try {
            end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of an engine's process could not be noted", e);
        }
    }

    void freeze(Launch launch) throws IOException, InterruptedException {
        Optional<ProcessEntry> process = findLive(launch);
        if (process.isPresent()) {
            Signals.freezeGroup(process.get().pid());
            require(Poll.until(() -> !isIn(launch, Condition.LIVE), KERNEL_TIME), "frozen");
        }
    }

    void thaw(Launch launch) throws IOException, InterruptedException {
        Optional<ProcessEntry> process = findLive(launch);
        if (process.isPresent()) {
            Signals.thawGroup(process.get().pid());
            require(Poll.until(() -> !isIn(launch, Condition.STOPPED), KERNEL_TIME), "thawed");
        }
    }

    private boolean isIn(Launch launch, Condition condition) throws IOException, InterruptedException {
        return findLive(launch).filter(entry -> entry.condition() == condition).isPresent();
    }

    /** Asks the process of a launch to end, waits, and kills what is left of its group. */
    void terminate(Launch launch, Duration grace) throws IOException, InterruptedException {
        Optional<ProcessEntry> process = findLive(launch);
        if (process.isPresent()) {
            Signals.terminateGroup(process.get().pid());
            if (!awaitEnd(launch, grace)) {
                LOG.warn("{} did not end within {}: killed", launch.folder(), grace);
            }
            kill(launch, process.get().pid());
        }
    }

    /**
     * Ends everything that was started for a container, or still could be, and notes that it is over. Launches that have
     * nothing to tell are deleted.
     */
    void endAll(ContainerFolder container) throws IOException, InterruptedException {
        boolean diedUnobserved = false;
        List<Launch> ended = new ArrayList<>();
        for (Launch launch : container.launches()) {
            Launch fixed = launch.isCommitted() ? launch : launch.revoke();
            diedUnobserved |= fixed.isCommitted() && !fixed.isSettled() && !killed(fixed);
            ended.add(fixed);
        }
        if (diedUnobserved) {
            killMarked(container);
        }
        forget(container, ended);
    }

    private boolean killed(Launch launch) throws IOException, InterruptedException {
        Optional<ProcessEntry> process = findLive(launch);
        if (process.isPresent()) {
            kill(launch, process.get().pid());
        }
        return process.isPresent();
    }

    /** Kills a group whose leader lived a moment ago: as long as it has members its id is not used again. */
    void kill(Launch launch, long group) throws IOException, InterruptedException {
        if (Signals.killGroup(group)) {
            require(Poll.until(() -> isExtinct(group), KERNEL_TIME), "killed");
        }
        awaitEnd(launch, KERNEL_TIME);
        launch.markSettled();
    }

    private boolean isExtinct(long group) throws IOException, InterruptedException {
        return table.all().stream().allMatch(entry -> entry.group() != group || entry.isDead());
    }

    /** What an engine that died unobserved left behind, its group's leader gone: known by the mark it carries. */
    private void killMarked(ContainerFolder container) throws IOException, InterruptedException {
        require(Poll.until(() -> !killMarkedOnce(container), KERNEL_TIME), "killed");
    }

    private boolean killMarkedOnce(ContainerFolder container) throws IOException, InterruptedException {
        String mark = EngineEnvironment.mark(container);
        List<Long> marked = table.all().stream()
                .filter(entry -> !entry.isDead() && table.carries(entry.pid(), mark))
                .map(ProcessEntry::pid)
                .toList();
        Signals.kill(marked);
        return !marked.isEmpty();
    }

    private static void forget(ContainerFolder container, List<Launch> ended) throws IOException {
        Optional<Launch> last = container.lastServing();
        for (Launch launch : ended) {
            if (last.isPresent() && last.get().equals(launch)) {
                launch.markSettled();
            } else {
                FileTree.delete(launch.folder());
            }
        }
    }

    private static void require(boolean done, String what) {
        if (!done) {
            throw BackendException.passing(
                    "an engine's process could not be %s within %d s".formatted(what, KERNEL_TIME.toSeconds()), null);
        }
    }
}
