package ai.september.engine.brain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TurnStoreTest {

    @TempDir
    Path folder;

    private Brain brain;
    private TurnStore store;

    @BeforeEach
    void open() throws Exception {
        Path file = folder.resolve("brain.sqlite");
        new BrainMigrator(file).migrate();
        brain = Brain.open(file);
        store = new TurnStore(brain);
    }

    @AfterEach
    void close() throws Exception {
        brain.close();
    }

    @Test
    void historyIsTheCompletedTurnsOfTheTaskOldestFirst() throws Exception {
        completed("a", "t", "one", "1");
        completed("b", "other", "x", "y");
        begin("c", "t", "failed");
        store.finish("c", TurnEnd.errored("LLM_UNAVAILABLE", "now"), List.of());
        completed("d", "t", "silent", "");
        completed("e", "t", "two", "2");
        begin("f", "t", "running");
        assertThat(store.history("t", 1_000))
                .containsExactly(new CompletedTurn("one", "1"), new CompletedTurn("two", "2"));
    }

    @Test
    void historyKeepsTheNewestThatFit() throws Exception {
        completed("a", "t", "12345", "67890");
        completed("b", "t", "123", "45");
        completed("c", "t", "12", "345");
        assertThat(store.history("t", 19)).extracting(CompletedTurn::message).containsExactly("123", "12");
        assertThat(store.history("t", 20)).hasSize(3);
    }

    @Test
    void aTurnThatAloneIsTooLongIsCutAndNotForgotten() throws Exception {
        completed("a", "t", "an earlier one", "gone");
        completed("b", "t", "12345", "abcde");
        assertThat(store.history("t", 8)).containsExactly(new CompletedTurn("1234", "abcd"));
        completed("c", "t", "12", "abcdefgh");
        assertThat(store.history("t", 8)).containsExactly(new CompletedTurn("12", "abcdef"));
        completed("d", "t", "12345678", "ab");
        assertThat(store.history("t", 8)).containsExactly(new CompletedTurn("123456", "ab"));
        completed("e", "t", "123🙂", "abc🙂");
        assertThat(store.history("t", 8)).containsExactly(new CompletedTurn("123", "abc"));
    }

    @Test
    void aTaskHasOneRunningTurn() throws Exception {
        begin("a", "t", "x");
        assertThatThrownBy(() -> begin("b", "t", "y")).isInstanceOf(SQLException.class);
        begin("c", "other", "z");
        assertThat(store.unfinished()).containsExactlyInAnyOrder(new TurnRef("a", "t"), new TurnRef("c", "other"));
    }

    @Test
    void anEndIsRecordedOnce() throws Exception {
        completed("a", "t", "x", "answer");
        store.finish("a", TurnEnd.errored("TURN_INTERRUPTED", "later"), List.of());
        assertThat(store.history("t", 100)).containsExactly(new CompletedTurn("x", "answer"));
    }

    @Test
    void eventsAreKeptForTheNewestTurnsOnly() throws Exception {
        for (int i = 0; i <= TurnStore.REPLAYABLE_TURNS; i++) {
            completed("turn-" + i, "t", "x", "y");
        }
        assertThat(store.events("turn-0")).isEmpty();
        assertThat(store.events("turn-1")).extracting(EventRow::seq).containsExactly(1L, 2L);
        assertThat(store.byId("turn-0")).contains(new TurnRef("turn-0", "t"));
    }

    @Test
    void aBrainWhoseFileIsGoneIsNotHealthy() throws Exception {
        assertThat(brain.isHealthy()).isTrue();
        Files.delete(folder.resolve("brain.sqlite"));
        assertThat(brain.isHealthy()).isFalse();
    }

    @Test
    void aFailedWriteIsForgottenOnceWritingWorks() throws Exception {
        begin("a", "t", "x");
        assertThatThrownBy(() -> begin("a", "t", "x")).isInstanceOf(SQLException.class);
        assertThat(brain.isHealthy()).isTrue();
        assertThat(store.unfinished()).hasSize(1);
    }

    @Test
    void aClosedBrainIsNotHealthy() throws Exception {
        brain.close();
        assertThat(brain.isHealthy()).isFalse();
    }

    private void begin(String turnId, String taskId, String message) throws SQLException {
        store.begin(new TurnStart(turnId, taskId, message, "now"), new EventRow(1, "thread_lifecycle", "{}"));
    }

    private void completed(String turnId, String taskId, String message, String answer) throws SQLException {
        begin(turnId, taskId, message);
        EventRow last = new EventRow(2, "thread_lifecycle", "{}");
        store.finish(turnId, new TurnEnd(answer, null, "now", 1, 1, 0), List.of(last));
    }
}
