package ai.september.engine.turn;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When a turn last began or ended, across restarts. Thread-safe. */
public final class Activity {

    private volatile @Nullable String last;

    public Activity(Optional<String> earlier) {
        this.last = earlier.orElse(null);
    }

    void touch(String now) {
        last = now;
    }

    /** ISO-8601, or null if there never was a turn. */
    public @Nullable String lastAt() {
        return last;
    }
}
