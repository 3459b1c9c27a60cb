package ai.september.bap.activities.subprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.activities.container.BackendException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BrainTemplatesTest {

    private static final String IMAGE_ID = "engine@sha256:1";

    @TempDir
    Path home;

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final AtomicInteger runs = new AtomicInteger();

    @AfterEach
    void endThreads() {
        pool.shutdownNow();
    }

    private BrainTemplates templates(Duration patience) {
        return new BrainTemplates(home.resolve("templates"), patience);
    }

    private Path brain(int number) {
        return home.resolve("brain-" + number);
    }

    private void migrate(Path brain) throws java.io.IOException {
        runs.incrementAndGet();
        Files.writeString(brain, "migrated");
    }

    @Test
    void manyAtOnceShareOneRun() throws Exception {
        BrainTemplates templates = templates(Duration.ofSeconds(30));
        CountDownLatch allAreThere = new CountDownLatch(8);
        List<Future<Boolean>> copies = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Path brain = brain(i);
            copies.add(pool.submit(() -> {
                allAreThere.countDown();
                return templates.copy(IMAGE_ID, brain, draft -> {
                    allAreThere.await();
                    migrate(draft);
                });
            }));
        }
        for (int i = 0; i < 8; i++) {
            assertThat(copies.get(i).get()).isTrue();
            assertThat(brain(i)).hasContent("migrated");
        }
        assertThat(runs).hasValue(1);
    }

    @Test
    void aRunThatHangsKeepsNobodyElseWaitingForLong() throws Exception {
        BrainTemplates templates = templates(Duration.ofMillis(50));
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Future<Boolean> first = pool.submit(() -> templates.copy(IMAGE_ID, brain(1), draft -> {
            hanging.countDown();
            end.await();
            migrate(draft);
        }));
        hanging.await();

        Future<Boolean> second = pool.submit(() -> templates.copy(IMAGE_ID, brain(2), this::migrate));
        assertThat(second.get(20, TimeUnit.SECONDS)).isFalse();
        assertThat(runs).hasValue(0);

        end.countDown();
        assertThat(first.get()).isTrue();
        assertThat(templates.copy(IMAGE_ID, brain(2), this::migrate)).isTrue();
        assertThat(runs).hasValue(1);
    }

    @Test
    void aRunThatFailedIsNotRepeatedForTheNextOne() throws Exception {
        BrainTemplates templates = templates(Duration.ofSeconds(30));
        assertThatThrownBy(() -> templates.copy(IMAGE_ID, brain(1), draft -> {
                    throw BackendException.passing("it failed", null);
                }))
                .hasMessage("it failed");

        assertThat(templates.copy(IMAGE_ID, brain(2), this::migrate)).isFalse();
        assertThat(runs).hasValue(0);
        assertThat(home.resolve("templates")).isEmptyDirectory();
        assertThat(templates.copy("engine@sha256:2", brain(3), this::migrate)).isTrue();
    }
}
