package ai.september.bap.local.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ServerStopTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    private final List<String> events = new CopyOnWriteArrayList<>();

    @Test
    void waitsForTheEnd() {
        new ServerStop(() -> events.add("closed")).within(LONG);

        assertThat(events).containsExactly("closed");
    }

    @Test
    void tellsWhyItFailed() {
        ServerStop stop = new ServerStop(() -> {
            throw new IllegalStateException("port stuck");
        });

        assertThatIllegalStateException().isThrownBy(() -> stop.within(LONG)).withMessage("port stuck");
    }

    @Test
    void cutsOneWaitAfterTheOtherShortWhenThereIsNoTime() {
        new ServerStop(this::waitTwice).within(Duration.ZERO);

        assertThat(events).containsExactly("first wait cut", "second wait cut", "closed");
    }

    @Test
    void isHurriedByAnInterruptWhichItConsumes() {
        Thread.currentThread().interrupt();

        new ServerStop(this::waitTwice).within(LONG);

        assertThat(events).endsWith("closed");
        assertThat(Thread.interrupted()).isFalse();
    }

    private void waitTwice() {
        waitFor("first");
        waitFor("second");
        events.add("closed");
    }

    private void waitFor(String name) {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            events.add(name + " wait cut");
        }
    }
}
