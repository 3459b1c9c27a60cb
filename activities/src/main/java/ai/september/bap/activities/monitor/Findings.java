package ai.september.bap.activities.monitor;

import ai.september.bap.activities.probe.Health;
import ai.september.bap.activities.probe.HealthAnswer;
import ai.september.bap.registry.watch.Seen;
import ai.september.bap.registry.watch.Watched;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a sweep has found, of engines whose processes live.
 *
 * @param engines how many there are that should be up
 * @param failing those that fail now, and so many times in a row with this one
 * @param newlyFailing what is to be written down of them
 * @param newlyDegraded those of which nothing but the LLM provider fails, and was not known to
 * @param wellAgain those that were not well, and are
 */
record Findings(
        int engines,
        List<Failing> failing,
        List<Seen> newlyFailing,
        List<Seen> newlyDegraded,
        List<Watched> wellAgain) {

    /** An engine that fails. */
    record Failing(Watched engine, int failures, String problem) {}

    /**
     * Compares what engines answered with what was known of them.
     *
     * @param live those whose processes lived after they had been asked
     * @param unasked engines that fail, as is known, and were not asked this time
     * @param maxFailures no more are counted
     */
    static Findings of(
            int engines,
            Map<Watched, HealthAnswer> answers,
            Set<Watched> live,
            List<Watched> unasked,
            int maxFailures) {
        Findings found =
                new Findings(engines, new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        // In the order in which engines are locked.
        new TreeMap<>(answers).forEach((engine, answer) -> {
            if (answer.health() == Health.OK) {
                found.ok(engine);
            } else if (live.contains(engine)) {
                found.notOk(engine, answer, maxFailures);
            }
        });
        unasked.forEach(engine -> found.failing.add(new Failing(engine, engine.failures(), "it failed before")));
        return found;
    }

    private void ok(Watched engine) {
        if (!engine.isWell()) {
            wellAgain.add(engine);
        }
    }

    private void notOk(Watched engine, HealthAnswer answer, int maxFailures) {
        Seen seen = new Seen(engine, String.valueOf(answer.problem()));
        if (answer.health() == Health.DEGRADED) {
            if (!engine.degraded()) {
                newlyDegraded.add(seen);
            }
            return;
        }
        if (engine.failures() < maxFailures) {
            newlyFailing.add(seen);
        }
        failing.add(new Failing(engine, engine.failures() + 1, seen.problem()));
    }

    /** Those that have failed so many times in a row. */
    List<Failing> due(int maxFailures) {
        return failing.stream().filter(one -> one.failures() >= maxFailures).toList();
    }

    /** Whether so many fail at once that their own faults are not the likely cause: half of them, and more than three. */
    boolean isMassFailure() {
        return failing.size() > 3 && 2 * failing.size() >= engines;
    }
}
