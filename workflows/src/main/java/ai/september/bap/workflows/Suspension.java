package ai.september.bap.workflows;

import ai.september.bap.registry.operation.Wakefulness;
import ai.september.bap.registry.product.SleepMode;
import org.jspecify.annotations.Nullable;

/**
 * What came of the attempt to suspend an engine.
 *
 * @param mode how it is suspended; null if it is not
 * @param awake why it is not; null if it is
 */
public record Suspension(@Nullable SleepMode mode, @Nullable Wakefulness awake) {

    public Suspension {
        if ((mode == null) == (awake == null)) {
            throw new IllegalArgumentException("an engine is suspended in some mode, or awake for some reason");
        }
    }

    /** Nothing has been done to it. */
    public static Suspension none(Wakefulness reason) {
        return new Suspension(null, reason);
    }

    /** It does not run any more. */
    public static Suspension in(SleepMode mode) {
        return new Suspension(mode, null);
    }
}
