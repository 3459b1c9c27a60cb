package ai.september.bap.local.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.september.bap.local.ExitCode;
import ai.september.bap.local.LocalException;
import ai.september.bap.local.stage.Reporter;
import ai.september.bap.local.stage.Running;
import ai.september.bap.local.stage.Stage;
import ai.september.bap.local.stage.Stop;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StageStackTest {

    private static final Duration GRACE = Duration.ofSeconds(7);

    private final List<String> events = new ArrayList<>();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final StopRequest stop = new StopRequest();
    private final StageStack stack =
            new StageStack(new Console(new PrintStream(output, true, StandardCharsets.UTF_8)), stop);

    @AfterEach
    void clearInterrupt() {
        assertThat(Thread.interrupted()).as("an interrupt left over").isFalse();
    }

    @Test
    void startsInOrderWithWhatEarlierStagesProvideAndStopsInReverse() throws Exception {
        Map<String, String> addresses =
                stack.start(List.of(new Fake("one"), new Fake("two"), new Fake("three")), Map.of("given", "yes"));
        stack.stop(GRACE);

        assertThat(events)
                .containsExactly(
                        "start one [given]",
                        "start two [given, one]",
                        "start three [given, one, two]",
                        "stop three PT7S",
                        "stop two PT7S",
                        "stop one PT7S");
        assertThat(addresses).containsEntry("one UI", "http://one").hasSize(3);
    }

    @Test
    void stopsWhatIsUpWhenAStageFails() {
        assertThatExceptionOfType(LocalException.class)
                .isThrownBy(() -> stack.start(List.of(new Fake("one"), new Failing(), new Fake("never")), Map.of()));
        stack.stop(GRACE);

        assertThat(events).containsExactly("start one []", "stop one PT7S");
    }

    @Test
    void startsNothingMoreOnceItIsToStop() {
        Stage interrupted = new Fake("one") {
            @Override
            public Running start(Map<String, String> environment, Reporter reporter) {
                stop.bySignal();
                return super.start(environment, reporter);
            }
        };

        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> stack.start(List.of(interrupted, new Fake("never")), Map.of()));
        stack.stop(GRACE);

        assertThat(events).containsExactly("start one []", "stop one PT7S");
    }

    @Test
    void hurriesAfterASecondSignal() throws Exception {
        stack.start(List.of(new Fake("one"), new Fake("two")), Map.of());
        stop.bySignal();
        Thread.interrupted();
        stop.bySignal();

        stack.stop(GRACE);

        assertThat(events).endsWith("stop two PT0S", "stop one PT0S");
    }

    @Test
    void stopsTheOthersWhenOneDoesNotStopInOrder() throws Exception {
        stack.start(List.of(new Fake("one"), new Stubborn()), Map.of());

        stack.stop(GRACE);

        assertThat(events).endsWith("stop one PT7S");
        assertThat(output.toString(StandardCharsets.UTF_8)).contains("did not stop in order: no");
    }

    @Test
    void aFatalEndOfAStageRequestsTheStopAndAnExitCode() throws Exception {
        stack.start(
                List.of(new Fake("one") {
                    @Override
                    public Running start(Map<String, String> environment, Reporter reporter) {
                        reporter.fatal("gone for good");
                        Thread.interrupted();
                        return super.start(environment, reporter);
                    }
                }),
                Map.of());

        stop.await();

        assertThat(stop.exitCode()).isEqualTo(ExitCode.PART_FAILED);
        assertThat(output.toString(StandardCharsets.UTF_8)).contains("gone for good");
    }

    private class Fake implements Stage {

        private final String name;

        Fake(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Running start(Map<String, String> environment, Reporter reporter) {
            events.add("start " + name + " "
                    + environment.keySet().stream().sorted().toList());
            Stop ending = grace -> events.add("stop " + name + " " + grace);
            return new Running("up", Map.of(name, "up"), Map.of(name + " UI", "http://" + name), ending);
        }
    }

    private static final class Failing implements Stage {

        @Override
        public String name() {
            return "failing";
        }

        @Override
        public Running start(Map<String, String> environment, Reporter reporter) {
            throw new LocalException(ExitCode.PART_FAILED, "no");
        }
    }

    private static final class Stubborn implements Stage {

        @Override
        public String name() {
            return "stubborn";
        }

        @Override
        public Running start(Map<String, String> environment, Reporter reporter) {
            return new Running("up", Map.of(), Map.of(), grace -> {
                throw new IllegalStateException("no");
            });
        }
    }
}
