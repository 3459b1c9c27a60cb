package ai.september.bap.activities.monitor;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.activities.probe.HealthAnswer;
import ai.september.bap.activities.probe.HealthProbe;
import ai.september.bap.registry.watch.HostWatch;
import ai.september.bap.registry.watch.Watched;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One look at all engines of a host that should be up. */
final class Sweep {

    private final HostWatch watch;
    private final ContainerBackend backend;
    private final HealthProbe probe;
    private final MonitorSettings settings;
    private final ExitChecks exits;
    private final Restarts restarts;

    Sweep(
            HostWatch watch,
            ContainerBackend backend,
            HealthProbe probe,
            MonitorSettings settings,
            ExitChecks exits,
            Restarts restarts) {
        this.watch = watch;
        this.backend = backend;
        this.probe = probe;
        this.settings = settings;
        this.exits = exits;
        this.restarts = restarts;
    }

    /**
     * Takes about an interval.
     *
     * @throws ai.september.bap.activities.container.BackendException if the container daemon is away: then nothing is
     *     known, and nothing has changed
     */
    Findings run() throws InterruptedException {
        List<Watched> roster = watch.roster();
        Collection<ContainerStatus> containers = backend.list();
        // The daemon answers: what was lost with its host can be looked after.
        watch.findLost().forEach(recovery -> restarts.begun(Optional.of(recovery)));
        check(Missing.of(roster, containers));
        List<Target> targets = Missing.targets(roster, containers);
        Map<Watched, HealthAnswer> answers = new ProbeRound(probe::begin, settings).run(targets);
        Findings found =
                Findings.of(roster.size(), answers, live(answers), unasked(targets, answers), settings.maxFailures());
        watch.note(found.newlyFailing(), found.newlyDegraded(), found.wellAgain());
        restarts.judge(found);
        if (wasEachAsked(targets, answers)) {
            watch.swept();
        }
        if (roster.stream().anyMatch(Watched::remembered)) {
            watch.forgetWell(settings.stable());
        }
        return found;
    }

    private void check(Collection<Watched> missing) {
        missing.forEach(engine -> exits.ended(engine.engineId()));
    }

    /** A process that ended while it was asked is no matter of health. Asked only where something is wrong. */
    private Set<Watched> live(Map<Watched, HealthAnswer> answers) throws InterruptedException {
        List<Watched> notOk = answers.entrySet().stream()
                .filter(answer -> !answer.getValue().health().isUp())
                .map(Map.Entry::getKey)
                .toList();
        Set<Watched> live = new HashSet<>(answers.keySet());
        if (!notOk.isEmpty()) {
            List<Watched> ended = Missing.of(notOk, backend.list());
            check(ended);
            ended.forEach(live::remove);
        }
        return live;
    }

    private static List<Watched> unasked(List<Target> targets, Map<Watched, HealthAnswer> answers) {
        return targets.stream()
                .map(Target::engine)
                .filter(engine -> engine.failures() > 0 && !answers.containsKey(engine))
                .collect(Collectors.toList());
    }

    private static boolean wasEachAsked(List<Target> targets, Map<Watched, HealthAnswer> answers) {
        return targets.stream().map(Target::engine).allMatch(engine -> !engine.isWell() || answers.containsKey(engine));
    }
}
