package ai.september.bap.local.stage;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * A stage that is up.
 *
 * @param summary one line for the console: what runs, and where
 * @param environment variables for the stages after this one; may hold secrets
 * @param addresses what the user may want to open, by label
 * @param stop how it ends
 */
public record Running(String summary, Map<String, String> environment, Map<String, String> addresses, Stop stop) {

    public Running {
        requireNonNull(summary, "summary");
        environment = Map.copyOf(environment);
        addresses = Map.copyOf(addresses);
        requireNonNull(stop, "stop");
    }

    /** Something that runs elsewhere, or need not run: there is nothing to stop. */
    public static Running elsewhere(String summary) {
        return new Running(summary, Map.of(), Map.of(), grace -> {});
    }

    @Override
    public String toString() {
        return "Running[" + summary + ", environment=[REDACTED]]";
    }
}
