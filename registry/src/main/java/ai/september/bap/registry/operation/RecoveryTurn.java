package ai.september.bap.registry.operation;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a recovery has to do next: begin an attempt, or wait and ask again.
 *
 * @param number of the attempt, from 1 on
 * @param of how many there are at most
 * @param pause how long to wait; zero: the attempt has begun
 * @param reason why, in fixed words
 */
public record RecoveryTurn(int number, int of, Duration pause, String reason) {

    public RecoveryTurn {
        requireNonNull(pause, "pause");
        requireNonNull(reason, "reason");
    }

    /** Whether the attempt has begun. */
    public boolean hasBegun() {
        return pause.isZero();
    }
}
