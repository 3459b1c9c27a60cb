package ai.september.bap.local.dev;

import ai.september.bap.local.ExitCode;

/**
 * The wish to end, and how urgent it is. It reaches the thread that runs everything as an interrupt: the first one ends
 * the start or the wait, any later one hurries the stop. Thread-safe.
 */
final class StopRequest {

    private final Thread runner;
    private int signals;
    private boolean failed;

    /** For the thread that makes it. */
    StopRequest() {
        this.runner = Thread.currentThread();
    }

    /** Ctrl-C, SIGTERM, or a terminal that is closed. */
    synchronized void bySignal() {
        signals++;
        runner.interrupt();
    }

    /** A part that is gone for good. */
    synchronized void becauseOfFailure() {
        if (!isMade()) {
            runner.interrupt();
        }
        failed = true;
    }

    synchronized boolean isMade() {
        return signals > 0 || failed;
    }

    synchronized boolean isUrgent() {
        return signals > 1;
    }

    synchronized ExitCode exitCode() {
        return failed && signals == 0 ? ExitCode.PART_FAILED : ExitCode.OK;
    }

    /** Blocks until it is made; only for the runner. */
    synchronized void await() {
        while (!isMade()) {
            try {
                wait();
            } catch (InterruptedException e) {
                // Made by now: only this class interrupts the runner.
            }
        }
    }
}
