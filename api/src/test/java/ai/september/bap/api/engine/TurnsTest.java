package ai.september.bap.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private final Deque<Runnable> later = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();

    private String note(String what) {
        done.add(what);
        return what;
    }

    @Test
    void whoHasATurnWorksAtOnceOnTheirOwnThread() {
        Turns turns = new Turns(1, later::add);

        assertThat(turns.take(() -> note("a")).join()).isEqualTo("a");
        assertThat(turns.take(() -> note("b")).join()).isEqualTo("b");
        assertThat(later).isEmpty();
    }

    @Test
    void whoHasToWaitReturnsAtOnceAndWorksAfterThoseWhoCameBefore() {
        Turns turns = new Turns(1, later::add);
        List<CompletableFuture<String>> waiting = new ArrayList<>();
        CompletableFuture<String> first = turns.take(() -> {
            waiting.add(turns.take(() -> note("second")));
            waiting.add(turns.take(() -> note("third")));
            return note("first");
        });
        assertThat(first).isCompleted();
        assertThat(waiting).noneMatch(CompletableFuture::isDone);

        while (!later.isEmpty()) {
            later.remove().run();
        }

        assertThat(done).containsExactly("first", "second", "third");
        assertThat(waiting).allMatch(CompletableFuture::isDone);
    }

    @Test
    void aTurnIsGivenOnWhateverBecomesOfTheWork() {
        Turns turns = new Turns(1, later::add);

        CompletableFuture<String> refused = turns.take(() -> {
            throw new IllegalStateException("refused");
        });
        CompletableFuture<String> grave = turns.take(() -> {
            throw new StackOverflowError("grave");
        });

        assertThatThrownBy(refused::join).hasRootCauseMessage("refused");
        assertThatThrownBy(grave::join).hasRootCauseMessage("grave");
        assertThat(turns.take(() -> "next")).isCompletedWithValue("next");
    }

    @Test
    void thereAreNeverMoreAtOnce() throws InterruptedException {
        ExecutorService executor = Executors.newFixedThreadPool(8);
        ExecutorService callers = Executors.newFixedThreadPool(8);
        Turns turns = new Turns(3, executor);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch left = new CountDownLatch(500);
        try {
            IntStream.range(0, 500)
                    .forEach(n -> callers.execute(() -> {
                        var unused = turns.take(() -> {
                                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                                    LockSupport.parkNanos(50_000);
                                    return now.decrementAndGet();
                                })
                                .whenComplete((always, never) -> left.countDown());
                    }));

            assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(most.get()).isBetween(1, 3);
        } finally {
            callers.shutdownNow();
            executor.shutdownNow();
        }
    }
}
