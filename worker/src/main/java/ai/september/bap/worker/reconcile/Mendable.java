package ai.september.bap.worker.reconcile;

import java.util.Optional;

/** What the reconciler puts right by itself. Thread-safe. */
interface Mendable extends Disagreement {

    /** Whether the same is found again, now that the engine's lock is held and nobody does anything to its containers. */
    default boolean isStillSo(Finding finding, HostViews views) throws InterruptedException {
        return find(views.of(finding.engineId())).stream().anyMatch(finding::isAgain);
    }

    /**
     * Puts right what has just been found again, the engine's lock held.
     *
     * @return what was done; empty if it has to wait, or is somebody's business by now
     */
    Optional<Repair> mend(Finding finding) throws InterruptedException;
}
