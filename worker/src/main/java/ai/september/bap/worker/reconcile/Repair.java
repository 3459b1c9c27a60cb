package ai.september.bap.worker.reconcile;

/**
 * What was done about a finding.
 *
 * @param what in a word or two: {@code removed}
 * @param onRecord whether its audit row is written already
 */
record Repair(String what, boolean onRecord) {

    /** A repair that has yet to be put on record. */
    static Repair of(String what) {
        return new Repair(what, false);
    }

    /** One whose audit row was written with it, in one transaction. */
    static Repair recorded(String what) {
        return new Repair(what, true);
    }
}
