package ai.september.bap.worker;

import ai.september.bap.registry.erasure.Erasures;
import ai.september.bap.registry.erasure.ProductErasures;
import java.time.Duration;
import org.jdbi.v3.core.Jdbi;

/**
 * Takes the names of users who are to be forgotten out of what stays, batch by batch, for a while at a time. Any number of
 * workers may do so at once; where one is killed, another goes on.
 */
final class NameEraser implements Runnable {

    static final Duration INTERVAL = Duration.ofSeconds(1);

    /** A worker that stops waits for it. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final ProductErasures products;
    private final Erasures users;

    NameEraser(Jdbi jdbi) {
        this.products = new ProductErasures(jdbi);
        this.users = new Erasures(jdbi);
    }

    @Override
    public void run() {
        long end = System.nanoTime() + LONGEST.toNanos();
        boolean more = true;
        while (more && System.nanoTime() - end < 0) {
            boolean asked = products.askForNext();
            more = users.eraseBatch() || asked;
        }
    }
}
