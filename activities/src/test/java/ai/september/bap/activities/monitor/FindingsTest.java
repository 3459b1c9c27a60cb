package ai.september.bap.activities.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.probe.Health;
import ai.september.bap.activities.probe.HealthAnswer;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.watch.Seen;
import ai.september.bap.registry.watch.Watched;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FindingsTest {

    private static final int MAX = 3;
    private static final HealthAnswer OK = new HealthAnswer(Health.OK, 0, null, null);
    private static final HealthAnswer DEGRADED = new HealthAnswer(Health.DEGRADED, 0, null, "it answered 503");
    private static final HealthAnswer NOT_OK = HealthAnswer.none("it answered 500");

    private static Watched engine(int failures, boolean degraded) {
        return new Watched(EngineId.random(), 1, 1, failures, degraded, failures > 0 || degraded);
    }

    private static Findings of(Watched engine, HealthAnswer answer) {
        return Findings.of(1, Map.of(engine, answer), Set.of(engine), List.of(), MAX);
    }

    @Test
    void whoIsWellAndWasIsNothingToWriteDown() {
        Findings found = of(engine(0, false), OK);

        assertThat(found).isEqualTo(new Findings(1, List.of(), List.of(), List.of(), List.of()));
    }

    @Test
    void whoIsWellAgainIs() {
        Watched failed = engine(2, false);
        Watched degraded = engine(0, true);

        assertThat(of(failed, OK).wellAgain()).containsExactly(failed);
        assertThat(of(degraded, OK).wellAgain()).containsExactly(degraded);
    }

    @Test
    void whoFailsIsCountedAndIsDueAtTheBound() {
        Watched first = engine(0, false);
        Watched last = engine(MAX - 1, false);

        assertThat(of(first, NOT_OK).newlyFailing()).containsExactly(new Seen(first, "it answered 500"));
        assertThat(of(first, NOT_OK).due(MAX)).isEmpty();
        assertThat(of(last, NOT_OK).due(MAX)).singleElement().matches(due -> due.failures() == MAX);
    }

    @Test
    void whoFailsOnAndOnIsNotWrittenDownEachTime() {
        Watched held = engine(MAX, false);

        assertThat(of(held, NOT_OK).newlyFailing()).isEmpty();
        assertThat(of(held, NOT_OK).due(MAX)).hasSize(1);
    }

    @Test
    void whoseProviderFailsIsNotCountedAndWrittenDownOnce() {
        Watched before = engine(2, false);
        Watched known = engine(0, true);

        assertThat(of(before, DEGRADED).newlyDegraded()).containsExactly(new Seen(before, "it answered 503"));
        assertThat(of(before, DEGRADED).failing()).isEmpty();
        assertThat(of(known, DEGRADED).newlyDegraded()).isEmpty();
        assertThat(of(known, NOT_OK).newlyFailing()).hasSize(1);
    }

    @Test
    void whoseProcessEndedMeanwhileIsNoMatterOfHealth() {
        Watched ended = engine(MAX, false);

        Findings found = Findings.of(1, Map.of(ended, NOT_OK), Set.of(), List.of(), MAX);

        assertThat(found.failing()).isEmpty();
    }

    @Test
    void whoFailsAndWasNotAskedFailsStill() {
        Watched unasked = engine(MAX, false);

        Findings found = Findings.of(1, Map.of(), Set.of(), List.of(unasked), MAX);

        assertThat(found.due(MAX)).hasSize(1);
        assertThat(found.newlyFailing()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"3, 3, false", "3, 6, false", "4, 8, true", "4, 9, false", "5, 9, true", "12, 20, true", "9, 20, false"
    })
    void halfOfThemAndMoreThanThreeAreAMassFailure(int failing, int engines, boolean mass) {
        List<Watched> unasked = java.util.stream.IntStream.range(0, failing)
                .mapToObj(each -> engine(MAX, false))
                .toList();

        assertThat(Findings.of(engines, Map.of(), Set.of(), unasked, MAX).isMassFailure())
                .isEqualTo(mass);
    }
}
