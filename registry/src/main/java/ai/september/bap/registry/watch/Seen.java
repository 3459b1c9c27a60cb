package ai.september.bap.registry.watch;

import static java.util.Objects.requireNonNull;

/**
 * What a probe of an engine came to that was not simply well.
 *
 * @param problem in words that are fit for every eye
 */
public record Seen(Watched engine, String problem) {

    public Seen {
        requireNonNull(engine, "engine");
        requireNonNull(problem, "problem");
    }
}
