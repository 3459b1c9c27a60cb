package ai.september.bap.worker;

import ai.september.bap.registry.erasure.Erasures;
import java.time.Duration;

/**
 * Takes the names of users who are to be forgotten out of what stays, batch by batch, for a while at a time. Any number of
 * workers may do so at once; where one is killed, another goes on.
 */
final class NameEraser implements Runnable {

    static final Duration INTERVAL = Duration.ofSeconds(1);

    /** A worker that stops waits for it. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final Erasures erasures;

    NameEraser(Erasures erasures) {
        this.erasures = erasures;
    }

    @Override
    public void run() {
        long end = System.nanoTime() + LONGEST.toNanos();
        boolean more = true;
        while (more && System.nanoTime() - end < 0) {
            more = erasures.eraseBatch();
        }
    }
}
