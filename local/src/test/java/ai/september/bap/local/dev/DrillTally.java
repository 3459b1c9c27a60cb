package ai.september.bap.local.dev;

import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** How many kills met an operation under way, by verb, and how many came too early or too late. */
final class DrillTally {

    private final Map<DrillAction, Integer> hits = new EnumMap<>(DrillAction.class);
    private final Map<DrillAction, Integer> misses = new EnumMap<>(DrillAction.class);

    void count(DrillAction action, boolean hit) {
        (hit ? hits : misses).merge(action, 1, Integer::sum);
    }

    int hits() {
        return hits.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The verb that was hit least often; so none is left out. */
    DrillAction next() {
        return Arrays.stream(DrillAction.values())
                .min(Comparator.comparing(action -> hits.getOrDefault(action, 0)))
                .orElseThrow();
    }

    @Override
    public String toString() {
        return Arrays.stream(DrillAction.values())
                .map(action -> action + " " + hits.getOrDefault(action, 0) + " hit, " + misses.getOrDefault(action, 0)
                        + " missed")
                .collect(Collectors.joining("; "));
    }
}
