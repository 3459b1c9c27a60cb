package ai.september.engine.provider;

import java.util.List;
import java.util.Optional;

/**
 * What the model is asked.
 *
 * @param system instructions from the catalog
 * @param history the task's completed turns, oldest first
 */
public record Conversation(Optional<String> system, List<Exchange> history, String message) {

    public Conversation {
        history = List.copyOf(history);
    }

    /** A message and its answer; neither is empty. */
    public record Exchange(String message, String answer) {}
}
