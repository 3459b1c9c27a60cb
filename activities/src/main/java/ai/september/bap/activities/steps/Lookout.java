package ai.september.bap.activities.steps;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** A look that may take long, taken again and again, but never a second time while the first goes on. Thread-safe. */
final class Lookout {

    private final Executor threads;
    private final Runnable look;
    private final AtomicBoolean busy = new AtomicBoolean();

    Lookout(Executor threads, Runnable look) {
        this.threads = threads;
        this.look = look;
    }

    void look() {
        if (busy.compareAndSet(false, true)) {
            threads.execute(() -> {
                try {
                    look.run();
                } finally {
                    busy.set(false);
                }
            });
        }
    }
}
