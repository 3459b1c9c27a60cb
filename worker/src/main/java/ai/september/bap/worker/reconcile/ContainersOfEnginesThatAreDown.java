package ai.september.bap.worker.reconcile;

import java.util.List;
import java.util.Optional;

/** Containers that live, or would again, though their engine is stopped or failed. One that does not stays for the next start. */
final class ContainersOfEnginesThatAreDown implements Mendable {

    private final Removal removal;

    ContainersOfEnginesThatAreDown(Removal removal) {
        this.removal = removal;
    }

    @Override
    public List<Finding> find(HostView view) {
        return view.ofSettled()
                .filter(container -> view.engine(container).isDown() && container.hasToBeStopped())
                .map(container -> new Finding(
                        Kind.CONTAINER_SHOULD_BE_DOWN,
                        container.engineId(),
                        container.id().value(),
                        "A container that lives though its engine is %s: it is ended."
                                .formatted(view.engine(container).status().wireName())))
                .toList();
    }

    @Override
    public Optional<Repair> mend(Finding finding) throws InterruptedException {
        return removal.of(finding);
    }
}
