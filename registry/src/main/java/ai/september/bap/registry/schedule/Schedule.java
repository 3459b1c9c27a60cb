package ai.september.bap.registry.schedule;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When an engine is to be woken: once, or again and again.
 *
 * @param wakeAt when, for once; else null
 * @param cron at which minutes, as crontab has it; null for once
 * @param timezone where those minutes are told; null for once
 * @param nextWakeAt the next time; null if there is none
 */
public record Schedule(
        @Nullable Instant wakeAt,
        @Nullable String cron,
        @Nullable String timezone,
        @Nullable Instant nextWakeAt) {

    /** No time at all. */
    public static final Schedule NONE = new Schedule(null, null, null, null);
}
