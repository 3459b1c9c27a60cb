package ai.september.bap.worker.reconcile;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerId;
import java.time.Duration;
import java.util.Optional;

/** Ends containers that should not be there, gracefully, and removes them; never a volume. */
record Removal(ContainerBackend backend, Duration grace) {

    Optional<Repair> of(Finding finding) throws InterruptedException {
        ContainerId container = new ContainerId(finding.subject());
        backend.stop(container, grace);
        backend.remove(container);
        return Optional.of(Repair.of("removed"));
    }
}
