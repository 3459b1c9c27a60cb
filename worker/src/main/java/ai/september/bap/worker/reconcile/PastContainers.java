package ai.september.bap.worker.reconcile;

import ai.september.bap.activities.container.ContainerStatus;
import java.util.List;
import java.util.Optional;

/** Containers of older incarnations; not the last one that serves. What served a container has no incarnation. */
final class PastContainers implements Mendable {

    private final Removal removal;

    PastContainers(Removal removal) {
        this.removal = removal;
    }

    @Override
    public List<Finding> find(HostView view) {
        return view.ofSettled()
                .filter(container -> isPast(container, view))
                .map(container -> new Finding(
                        Kind.CONTAINER_OF_THE_PAST,
                        container.engineId(),
                        container.id().value(),
                        "A container of incarnation %d, while that of the engine is %d: it is removed."
                                .formatted(
                                        container.incarnation(),
                                        view.engine(container).incarnation())))
                .toList();
    }

    private static boolean isPast(ContainerStatus container, HostView view) {
        return container.incarnation() < view.engine(container).incarnation() && !view.isLastThatServes(container);
    }

    @Override
    public Optional<Repair> mend(Finding finding) throws InterruptedException {
        return removal.of(finding);
    }
}
