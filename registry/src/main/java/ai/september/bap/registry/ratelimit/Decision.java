package ai.september.bap.registry.ratelimit;

import java.time.Duration;

/** What a replica knows of an admit without asking the log. */
sealed interface Decision {

    /** It passes. */
    record Passed() implements Decision {}

    /** There is no room for it; there will be after that time. */
    record Refused(Duration untilRoom) implements Decision {}

    /** The log has to be asked. */
    record Unknown() implements Decision {}
}
