package ai.september.engine.turn;

/** Starts a thread for each turn, which no client can stop. */
interface TurnThreads {

    /** The SDKs' reflection recurses deeper than the small default allows for. */
    long STACK_BYTES = 1 << 20;

    /**
     * Starts it.
     *
     * @throws OutOfMemoryError if the system has no thread left
     */
    void start(String name, Runnable turn);

    static void startDaemon(String name, Runnable turn) {
        Thread thread = new Thread(null, turn, name, STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
    }
}
