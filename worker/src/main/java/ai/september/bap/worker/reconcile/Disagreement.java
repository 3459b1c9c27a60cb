package ai.september.bap.worker.reconcile;

import java.util.List;

/** Something that rows and reality can disagree about, and how that is found. Thread-safe. */
interface Disagreement {

    /** What there is of it, as far as the view goes. Changes nothing. */
    List<Finding> find(HostView view) throws InterruptedException;
}
