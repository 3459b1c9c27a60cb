package ai.september.bap.activities.docker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.activities.container.ContainerId;
import ai.september.bap.activities.container.OutputFeed;
import ai.september.bap.activities.container.OutputLine;
import ai.september.bap.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a container prints that prints whatever is written to a file. */
class ContainerFeedIT extends DockerFixture {

    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private void say(String text) throws IOException {
        Path said = home.resolve("said");
        Files.writeString(said, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private ContainerId talking(String text, String printed) throws Exception {
        steer("talks");
        say(text);
        return started(spec(), printed).id();
    }

    private static List<String> all(OutputFeed feed) throws InterruptedException {
        List<String> lines = new ArrayList<>();
        while (!feed.isOver()) {
            feed.next(A_SECOND).forEach(line -> lines.add(line.text()));
        }
        return lines;
    }

    private List<String> read(ContainerId id, int lines) throws InterruptedException {
        try (OutputFeed feed = backend.feed(id, lines, false)) {
            return all(feed);
        }
    }

    /** Threads that wait for what a daemon sends. */
    private static long streams() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("container-output"))
                .count();
    }

    @Test
    void theLastLinesOfBothStreamsAreReadAndAnUnfinishedOneWhenItsEngineHasEnded() throws Exception {
        Instant before = Instant.now();
        ContainerId id = talking("one\ntwo\nthree\nfou", "three");

        assertThat(read(id, 100)).containsExactly("to the other stream", "one", "two", "three");
        assertThat(read(id, 2)).containsExactly("two", "three");
        assertThat(read(id, 0)).isEmpty();
        try (OutputFeed feed = backend.feed(id, 1, false)) {
            assertThat(feed.next(A_SECOND).get(0).at()).isBetween(before, Instant.now());
        }
        backend.pause(id);
        assertThat(read(id, 1)).as("of a frozen one").containsExactly("three");
        backend.stop(id, GRACE);
        assertThat(read(id, 2)).containsExactly("three", "fou");
        backend.remove(id);
        assertThat(read(id, 2)).isEmpty();
    }

    @Test
    void aLineComesWithinASecondAndTheEndWithTheEngine() throws Exception {
        ContainerId id = talking("before\n", "before");
        long streams = streams();
        try (OutputFeed feed = backend.feed(id, 1, true)) {
            assertThat(feed.next(A_SECOND)).extracting(OutputLine::text).containsExactly("before");
            assertThat(feed.next(Duration.ofMillis(300))).isEmpty();
            assertThat(feed.isOver()).isFalse();
            Instant asked = Instant.now();
            say("now\n");
            assertThat(feed.next(Duration.ofSeconds(10)))
                    .extracting(OutputLine::text)
                    .containsExactly("now");
            assertThat(Duration.between(asked, Instant.now())).isLessThan(A_SECOND);

            backend.pause(id);
            assertThat(feed.next(A_SECOND)).isEmpty();
            assertThat(feed.isOver()).as("it sleeps").isFalse();
            backend.resume(id);
            backend.stop(id, GRACE);
            assertThat(all(feed)).isEmpty();
        }
        Await.atMost(SOON, "nobody reads any more").until(() -> streams() <= streams);
        try (OutputFeed feed = backend.feed(id, 1, true)) {
            assertThat(all(feed)).as("it has ended").containsExactly("now");
        }
    }

    @Test
    void whoEndsAFeedEndsWhatItHoldsInTheDaemon() throws Exception {
        ContainerId id = talking("before\n", "before");
        long streams = streams();
        OutputFeed idle = backend.feed(id, 1, true);
        OutputFeed unread = backend.feed(id, 1, true);
        Await.atMost(SOON, "both are read").until(() -> streams() == streams + 2);
        say("x\n".repeat(1000));
        awaitOutput(id, "x\nx\n");
        idle.close();
        unread.close();
        assertThat(idle.isOver()).isTrue();
        Await.atMost(SOON, "nobody reads any more").until(() -> streams() <= streams);
    }

    @Test
    void manyLinesComeInTheirOrderAndOnlyTheLast() throws Exception {
        ContainerId id = talking(
                String.join(
                        "",
                        IntStream.range(0, 3000)
                                .mapToObj(i -> "line " + i + "\n")
                                .toList()),
                "line 2999");

        List<String> expected =
                IntStream.range(2000, 3000).mapToObj(i -> "line " + i).toList();
        assertThat(read(id, 1000)).isEqualTo(expected);
        try (OutputFeed feed = backend.feed(id, 1000, true)) {
            List<String> lines = new ArrayList<>();
            while (lines.size() < 1000) {
                feed.next(A_SECOND).forEach(line -> lines.add(line.text()));
            }
            assertThat(lines).isEqualTo(expected);
        }
    }

    /** The daemon's messages have 16 KiB at most, and the last ones it shows may begin within a line. */
    @Test
    void noLineIsShownFromItsMiddle() throws Exception {
        String key = "sk-ant-api03-" + "k".repeat(50);
        String line = "x".repeat((16 << 10) - 20) + key + "y".repeat(300_000);
        ContainerId id = talking(line + "\nnext\n", "next");

        List<String> whole = read(id, 1000);
        assertThat(whole).hasSize(3);
        assertThat(whole.get(1))
                .as("cut, and with the key")
                .hasSize(OutputLine.SHOWN_BYTES + OutputLine.SPARE_BYTES)
                .contains(key);
        for (int lines = 1; lines < 14; lines++) {
            assertThat(read(id, lines)).containsExactly("next");
        }
        try (OutputFeed feed = backend.feed(id, 8, true)) {
            assertThat(feed.next(A_SECOND)).extracting(OutputLine::text).containsExactly("next");
        }
    }
}
