package ai.september.bap.activities.monitor;

import ai.september.bap.activities.probe.HealthAnswer;
import ai.september.bap.registry.watch.Watched;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The probes of one sweep. Each engine has its own place in the interval, by its id, so that a fleet is not asked in one
 * burst; at most {@value #AT_ONCE} are asked at once. Engines that are known to fail have a lane of their own, as wide as
 * the other, and of them no more are asked than may all hang: so those never make the others wait.
 */
final class ProbeRound {

    /** The specification's bound. */
    static final int AT_ONCE = 50;

    private static final int LANE = AT_ONCE / 2;

    private final Function<URI, CompletableFuture<HealthAnswer>> probe;
    private final MonitorSettings settings;
    private final Map<Watched, HealthAnswer> answers = new ConcurrentHashMap<>();

    ProbeRound(Function<URI, CompletableFuture<HealthAnswer>> probe, MonitorSettings settings) {
        this.probe = probe;
        this.settings = settings;
    }

    /** What those answered that were asked. Takes an interval, and a little more where many hang. */
    Map<Watched, HealthAnswer> run(List<Target> targets) throws InterruptedException {
        List<Target> well = new ArrayList<>();
        List<Target> suspect = new ArrayList<>();
        targets.forEach(target -> (target.engine().failures() == 0 ? well : suspect).add(target));
        Collections.shuffle(suspect);
        Lane suspects = new Lane(suspect.subList(0, Math.min(suspect.size(), LANE * settings.probesPerInterval())));
        Thread beside = new Thread(suspects, "probes-of-suspects");
        beside.start();
        try {
            new Lane(well).ask();
            beside.join();
        } finally {
            beside.interrupt();
        }
        return Map.copyOf(answers);
    }

    /** Engines that are asked one after the other, so many at once. */
    private final class Lane implements Runnable {

        private final List<Target> targets;
        private final Semaphore free = new Semaphore(LANE);
        private final long begin = System.nanoTime();

        Lane(List<Target> targets) {
            this.targets =
                    targets.stream().sorted(Comparator.comparing(this::offset)).toList();
        }

        @Override
        public void run() {
            try {
                ask();
            } catch (InterruptedException unwanted) {
                Thread.currentThread().interrupt();
            }
        }

        /** Those whose turn has not come when the interval is over are left to the next sweep. */
        void ask() throws InterruptedException {
            long end = begin + settings.interval().toNanos();
            for (Target target : targets) {
                sleepUntil(begin + offset(target).toNanos());
                if (!free.tryAcquire(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                    break;
                }
                ask(target);
            }
            free.acquire(LANE);
        }

        private void ask(Target target) {
            CompletableFuture<HealthAnswer> answer = target.address() == null
                    ? CompletableFuture.completedFuture(HealthAnswer.none("it has no address"))
                    : probe.apply(target.address());
            CompletableFuture<HealthAnswer> unusedEnd = answer.whenComplete((said, fault) -> {
                answers.put(target.engine(), said != null ? said : HealthAnswer.none("the probe failed"));
                free.release();
            });
        }

        private Duration offset(Target target) {
            long place = target.engine().engineId().value().getLeastSignificantBits() & 0xFFFF;
            return settings.spread().multipliedBy(place).dividedBy(0x10000);
        }

        private static void sleepUntil(long time) throws InterruptedException {
            long pause = time - System.nanoTime();
            if (pause > 0) {
                TimeUnit.NANOSECONDS.sleep(pause);
            }
        }
    }
}
