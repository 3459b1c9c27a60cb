package ai.september.bap.activities.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.probe.Health;
import ai.september.bap.activities.probe.HealthAnswer;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.watch.Watched;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProbeRoundTest {

    private static final URI WELL = URI.create("http://127.0.0.1:1");
    private static final URI HANGS = URI.create("http://127.0.0.1:2");
    private static final HealthAnswer OK = new HealthAnswer(Health.OK, 0, null, null);

    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final ConcurrentLinkedQueue<Long> begun = new ConcurrentLinkedQueue<>();

    private static MonitorSettings every(Duration interval, Duration timeout) {
        return new MonitorSettings(interval, timeout, 3, Duration.ofMinutes(5), Duration.ofMinutes(10));
    }

    private static List<Target> engines(int count, int failures, URI address) {
        return IntStream.range(0, count)
                .mapToObj(each ->
                        new Target(new Watched(EngineId.random(), 1, 1, failures, false, failures > 0), address))
                .toList();
    }

    /** Who hangs takes the time that is given to it. */
    private CompletableFuture<HealthAnswer> probe(URI address, Duration timeout) {
        begun.add(System.nanoTime());
        most.accumulateAndGet(now.incrementAndGet(), Math::max);
        Duration takes = address.equals(HANGS) ? timeout : Duration.ofMillis(2);
        return CompletableFuture.supplyAsync(
                () -> {
                    now.decrementAndGet();
                    return address.equals(HANGS) ? HealthAnswer.none("it did not answer") : OK;
                },
                CompletableFuture.delayedExecutor(takes.toMillis(), TimeUnit.MILLISECONDS));
    }

    private Map<Watched, HealthAnswer> run(MonitorSettings settings, List<Target> targets) throws InterruptedException {
        return new ProbeRound(address -> probe(address, settings.timeout()), settings).run(targets);
    }

    @Test
    void everyEngineIsAskedAndNoMoreThanFiftyAtOnce() throws Exception {
        List<Target> targets = new ArrayList<>(engines(300, 0, HANGS));
        targets.addAll(engines(100, 1, HANGS));

        Map<Watched, HealthAnswer> answers = run(every(Duration.ofSeconds(6), Duration.ofMillis(100)), targets);

        assertThat(most.get()).isLessThanOrEqualTo(ProbeRound.AT_ONCE);
        assertThat(answers).hasSize(400);
    }

    @Test
    void probesAreSpreadOverTheInterval() throws Exception {
        run(every(Duration.ofSeconds(2), Duration.ofMillis(500)), engines(200, 0, WELL));

        List<Long> times = begun.stream().sorted().toList();
        long first = times.get(0);
        assertThat(times.get(199) - first).isGreaterThan(1_000_000_000L);
    }

    @Test
    void whoIsKnownToHangKeepsNobodyElseWaiting() throws Exception {
        List<Target> targets = new ArrayList<>(engines(200, 0, WELL));
        targets.addAll(engines(500, 3, HANGS));

        Map<Watched, HealthAnswer> answers = run(every(Duration.ofSeconds(2), Duration.ofMillis(500)), targets);

        assertThat(answers.keySet().stream().filter(Watched::isWell)).hasSize(200);
        long suspects =
                answers.keySet().stream().filter(engine -> !engine.isWell()).count();
        assertThat(suspects).as("as many as an interval has time for").isBetween(25L, 100L);
    }

    @Test
    void whoHasNoAddressHasFailed() throws Exception {
        Target lost = new Target(new Watched(EngineId.random(), 1, 1, 0, false, false), null);

        Map<Watched, HealthAnswer> answers = run(every(Duration.ofMillis(200), Duration.ofMillis(100)), List.of(lost));

        assertThat(answers.get(lost.engine()))
                .extracting(answer -> answer == null ? null : answer.problem())
                .isEqualTo("it has no address");
    }

    @Test
    void ofAFleetWithoutEnginesNobodyIsAsked() throws Exception {
        assertThat(run(every(Duration.ofSeconds(30), Duration.ofSeconds(10)), List.of()))
                .isEmpty();
    }
}
