package ai.september.engine.brain;

import org.jspecify.annotations.Nullable;

/**
 * How a turn ended; times are ISO-8601 in UTC.
 *
 * @param answer null if it did not complete
 * @param errorCode null if it completed
 */
public record TurnEnd(
        @Nullable String answer,
        @Nullable String errorCode,
        String finishedAt,
        long inputTokens,
        long outputTokens,
        long cacheHitTokens) {

    public TurnEnd {
        if ((answer == null) == (errorCode == null)) {
            throw new IllegalArgumentException("a turn ends with an answer or with an error");
        }
    }

    public static TurnEnd errored(String errorCode, String finishedAt) {
        return new TurnEnd(null, errorCode, finishedAt, 0, 0, 0);
    }
}
