package ai.september.bap.activities.subprocess;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.OutputFeed;
import ai.september.bap.activities.container.OutputLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an engine prints that prints whatever is written to a file. */
class OutputFeedIT extends BackendFixture {

    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private Path said = Path.of("none");
    private String script = "";

    @BeforeEach
    void speechless() throws IOException {
        said = home.resolve("said");
        Files.createFile(said);
        script = "tail -s 0.05 -n +1 -f '" + said + "'";
    }

    private void say(String text) throws IOException {
        Files.writeString(said, text, StandardOpenOption.APPEND);
    }

    private ContainerId talking(SubprocessBackend backend, String text) throws Exception {
        say(text);
        return started(backend, FakeEngines.spec(), text.stripTrailing()).id();
    }

    private static List<String> all(OutputFeed feed) throws InterruptedException {
        List<String> lines = new ArrayList<>();
        while (!feed.isOver()) {
            feed.next(A_SECOND).forEach(line -> lines.add(line.text()));
        }
        return lines;
    }

    private static List<String> read(SubprocessBackend backend, ContainerId id, int lines) throws InterruptedException {
        try (OutputFeed feed = backend.feed(id, lines, false)) {
            return all(feed);
        }
    }

    @Test
    void theLastLinesAreReadAndAnUnfinishedOneWhenItsEngineHasEnded() throws Exception {
        SubprocessBackend backend = backend(script);
        ContainerId id = talking(backend, "one\ntwo\nthree\nfou");

        assertThat(read(backend, id, 2)).containsExactly("two", "three");
        assertThat(read(backend, id, 100)).containsExactly("one", "two", "three");
        assertThat(read(backend, id, 0)).isEmpty();
        backend.pause(id);
        assertThat(read(backend, id, 1)).as("of a frozen one").containsExactly("three");
        backend.stop(id, GRACE);
        assertThat(read(backend, id, 2)).containsExactly("three", "fou");
        backend.remove(id);
        assertThat(read(backend, id, 2)).isEmpty();
    }

    @Test
    void aLineComesWithinASecondAndTheEndWithTheEngine() throws Exception {
        SubprocessBackend backend = backend(script);
        ContainerId id = talking(backend, "before\n");
        try (OutputFeed feed = backend.feed(id, 100, true)) {
            assertThat(feed.next(A_SECOND)).extracting(OutputLine::text).containsExactly("before");
            assertThat(feed.next(Duration.ofMillis(300))).isEmpty();
            assertThat(feed.isOver()).isFalse();
            Instant asked = Instant.now();
            say("now\n");
            List<OutputLine> lines = feed.next(Duration.ofSeconds(10));
            assertThat(lines).extracting(OutputLine::text).containsExactly("now");
            assertThat(Duration.between(asked, Instant.now())).isLessThan(A_SECOND);
            assertThat(lines.get(0).at()).isBetween(asked.minusMillis(10), asked.plus(A_SECOND));

            backend.pause(id);
            assertThat(feed.next(A_SECOND.multipliedBy(2))).isEmpty();
            assertThat(feed.isOver()).as("it sleeps").isFalse();
            backend.resume(id);
            say("last words");
            awaitOutput(backend, id, "last words");
            backend.stop(id, GRACE);
            assertThat(all(feed)).containsExactly("last words");
        }
    }

    @Test
    void anEngineThatWasStartedAgainIsAnother() throws Exception {
        SubprocessBackend backend = backend(script);
        ContainerId id = talking(backend, "before\n");
        try (OutputFeed feed = backend.feed(id, 0, true)) {
            backend.stop(id, GRACE);
            backend.start(id);
            assertThat(all(feed)).isSubsetOf("before");
        }
        backend.remove(id);
        try (OutputFeed feed = backend.feed(id, 0, true)) {
            assertThat(all(feed)).isEmpty();
        }
    }

    @Test
    void nothingIsMissedAndNothingHalvedWhileFilesAreSetAside() throws Exception {
        String noisy = "i=0; while [ $i -lt 3000 ]; do echo \"line $i with some more text to it\"; i=$((i+1));"
                + " [ $((i % 100)) -ne 0 ] || sleep 0.2; done; exec sleep 1000";
        SubprocessBackend backend = backend(engines.settings(engines.program(noisy), GRACE, new LogLimits(20_000, 3)));
        ContainerId id = started(backend, FakeEngines.spec(), "line 0 ").id();
        List<String> lines = new ArrayList<>();
        try (OutputFeed feed = backend.feed(id, 1000, true)) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while ((lines.isEmpty() || !lines.get(lines.size() - 1).startsWith("line 2999 "))
                    && System.nanoTime() < end) {
                feed.next(A_SECOND).forEach(line -> lines.add(line.text()));
            }
        }
        int first = Integer.parseInt(lines.get(0).split(" ", -1)[1]);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i)).isEqualTo("line " + (first + i) + " with some more text to it");
        }
        assertThat(lines).hasSize(3000 - first);
        assertThat(Files.exists(folder(id).folder().resolve("output.log.2"))).isTrue();
        List<String> kept = read(backend, id, 10_000);
        assertThat(lines).as("each is whole").containsSubsequence(kept).endsWith(kept.get(kept.size() - 1));
        assertThat(kept).hasSizeGreaterThan(1000);
    }

    @Test
    void theTimeOfALineIsThatOfTheLookAtWhichItWasThereFirst() throws Exception {
        SubprocessBackend backend = backend(script);
        Instant before = Instant.now();
        ContainerId id = talking(backend, "one\n");
        OutputTimes times = new OutputTimes(folder(id).folder().resolve("output.times"));
        await(() -> times.last().isPresent());
        Instant between = Instant.now();
        await(() -> Instant.now().isAfter(between.plusMillis(20)));
        say("two\n");
        awaitOutput(backend, id, "two");
        try (OutputFeed feed = backend.feed(id, 100, false)) {
            List<OutputLine> lines = feed.next(A_SECOND);
            assertThat(lines).extracting(OutputLine::text).containsExactly("one", "two");
            assertThat(lines.get(0).at()).isBetween(before.minusMillis(10), between);
            assertThat(lines.get(1).at()).isBetween(between, Instant.now());
        }
    }
}
