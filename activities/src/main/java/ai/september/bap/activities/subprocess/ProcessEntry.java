package ai.september.bap.activities.subprocess;

/**
 * One process as the operating system lists it.
 *
 * @param group id of its process group
 * @param start when it started, comparable within one boot and one {@link ProcessTable} only
 */
record ProcessEntry(long pid, long group, String start, Condition condition) {

    enum Condition {
        LIVE,
        /** Frozen by a signal. */
        STOPPED,
        /** Ended, though its parent may not have taken note yet: where process 1 does not, a zombie stays for ever. */
        DEAD
    }

    boolean isDead() {
        return condition == Condition.DEAD;
    }
}
