package ai.september.engine.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import ai.september.engine.brain.Brain;
import ai.september.engine.brain.BrainMigrator;
import ai.september.engine.brain.EventRow;
import ai.september.engine.brain.TurnStore;
import ai.september.engine.error.EngineException;
import ai.september.engine.error.ErrorCode;
import ai.september.engine.provider.Conversation;
import ai.september.engine.provider.Provider;
import ai.september.engine.provider.ProviderHealth;
import ai.september.engine.provider.Usage;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TurnRunnerTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final Turns turns = new Turns();
    private final Clock clock = Clock.systemUTC();
    private final ProviderHealth health = new ProviderHealth(clock);
    private final CountDownLatch gate = new CountDownLatch(1);
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
        gate.countDown();
        brain.close();
    }

    @Test
    void drainingWaitsForTheLastTurnAndRefusesNewOnes() throws Exception {
        TurnRunner runner = runner(this::gated);
        Turn turn = runner.start("t", "x");
        turns.drain(Duration.ZERO);
        assertThat(turns.active()).isEqualTo(1);
        assertThatThrownBy(() -> runner.start("u", "y"))
                .asInstanceOf(type(EngineException.class))
                .returns(ErrorCode.ENGINE_DRAINING, EngineException::code);
        gate.countDown();
        turns.drain(LONG);
        assertThat(turns.active()).isZero();
        assertThat(names(turn)).endsWith("usage", "thread_lifecycle");
    }

    @Test
    void whatIsInterruptedIsErroredForClientsAndInTheBrain() throws Exception {
        TurnRunner runner = runner(this::gated);
        Turn turn = runner.start("t", "x");
        turn.log().await(1, LONG);
        runner.interruptAll();
        assertThat(names(turn)).containsExactly("thread_lifecycle", "text_delta", "error", "thread_lifecycle");
        assertThat(store.unfinished()).isEmpty();
        assertThat(store.events(turn.ref().turnId())).isEqualTo(events(turn));
        assertThat(turns.active()).isZero();
    }

    @Test
    void anUnexpectedFailureEndsTheTurnWithoutItsMessage() throws Exception {
        TurnRunner runner = runner((conversation, sink) -> {
            throw new IllegalStateException("the key is sk-secret");
        });
        Turn turn = runner.start("t", "x");
        assertThat(names(turn)).containsExactly("thread_lifecycle", "error", "thread_lifecycle");
        assertThat(events(turn).get(1).data()).contains("INTERNAL_ERROR").doesNotContain("secret");
        assertThat(turns.active()).isZero();
    }

    @Test
    void aBrainThatTakesNoTurnRefusesIt() throws Exception {
        TurnRunner runner = runner(this::gated);
        brain.close();
        assertThatThrownBy(() -> runner.start("t", "x"))
                .asInstanceOf(type(EngineException.class))
                .returns(ErrorCode.BRAIN_ERROR, EngineException::code);
        assertThat(turns.active()).isZero();
    }

    @Test
    void aBrainThatLosesTheEndErrorsTheTurn() throws Exception {
        TurnRunner runner = runner(this::gated);
        Turn turn = runner.start("t", "x");
        turn.log().await(1, LONG);
        brain.close();
        gate.countDown();
        assertThat(names(turn)).containsExactly("thread_lifecycle", "text_delta", "error", "thread_lifecycle");
        assertThat(events(turn).get(2).data()).contains("BRAIN_ERROR");
    }

    @Test
    void turnsWithLongMessagesLeaveRoomForShortOnes() throws Exception {
        TurnRunner runner = runner(this::gated);
        String longest = "ж".repeat(520_000);
        for (int i = 0; i < 4; i++) {
            runner.start("long-" + i, longest);
        }
        assertThatThrownBy(() -> runner.start("one more", longest))
                .asInstanceOf(type(EngineException.class))
                .returns(ErrorCode.ENGINE_BUSY, EngineException::code);
        runner.start("short", "x");
        assertThat(turns.active()).isEqualTo(5);
        gate.countDown();
        turns.drain(LONG);
    }

    @Test
    void aTurnWhoseEndWasLostDoesNotBlockTheNextOfItsTask() throws Exception {
        TurnRunner runner =
                runner((conversation, sink) -> new Usage(conversation.history().size(), 1, 0));
        sql("CREATE TRIGGER full_disk BEFORE UPDATE ON turns BEGIN SELECT RAISE(ABORT, 'disk full'); END");
        Turn lost = runner.start("t", "x");
        assertThat(events(lost).get(1).data()).contains("BRAIN_ERROR");
        assertThat(store.unfinished()).containsExactly(lost.ref());
        LeftoverTurns leftovers = new LeftoverTurns(store, Clock.systemUTC());
        assertThat(leftovers.missingEnd(lost.ref()))
                .as("what a replay ends with")
                .extracting(EventRow::name)
                .containsExactly("error", "thread_lifecycle");
        sql("DROP TRIGGER full_disk");
        assertThat(names(runner.start("t", "y"))).containsExactly("thread_lifecycle", "usage", "thread_lifecycle");
        assertThat(store.unfinished()).isEmpty();
        assertThat(store.events(lost.ref().turnId()).get(1).data()).contains("TURN_INTERRUPTED");
        assertThat(leftovers.missingEnd(lost.ref())).isEmpty();
    }

    @Test
    void aTurnThatGetsNoThreadIsErroredAndTheNextOneRuns() throws Exception {
        List<String> refused = new ArrayList<>(List.of("once"));
        TurnRunner runner = runner((conversation, sink) -> new Usage(1, 1, 0), (name, turn) -> {
            if (!refused.isEmpty()) {
                throw new OutOfMemoryError(refused.remove(0));
            }
            TurnThreads.startDaemon(name, turn);
        });
        Turn without = runner.start("t", "x");
        assertThat(names(without)).containsExactly("thread_lifecycle", "error", "thread_lifecycle");
        assertThat(events(without).get(1).data()).contains("ENGINE_BUSY");
        assertThat(store.unfinished()).isEmpty();
        assertThat(names(runner.start("t", "y"))).containsExactly("thread_lifecycle", "usage", "thread_lifecycle");
    }

    @Test
    void aLongAnswerOfTinyPiecesStaysFewEvents() throws Exception {
        int pieces = 200_000;
        TurnRunner runner = runner((conversation, sink) -> {
            for (int i = 0; i < pieces; i++) {
                sink.text("x");
            }
            return new Usage(1, 1, 0);
        });
        Turn turn = runner.start("t", "x");
        assertThat(events(turn)).hasSizeLessThan(5_000);
        assertThat(turn.answer()).hasSize(pieces);
        assertThat(store.history("t", 1_000_000).get(0).answer()).hasSize(pieces);
    }

    @Test
    void anEndlessAnswerIsCutOffAndNoFaultOfTheProvider() throws Exception {
        TurnRunner runner = runner((conversation, sink) -> {
            while (true) {
                sink.text("more and more ".repeat(100));
            }
        });
        for (int i = 0; i < 3; i++) {
            List<EventRow> events = events(runner.start("t", "x"));
            assertThat(events.get(events.size() - 2).data()).contains("ANSWER_TOO_LONG");
        }
        assertThat(health.isOk()).isTrue();
    }

    private Usage gated(Conversation conversation, Provider.TextSink sink) {
        sink.text("begun");
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new Usage(1, 1, 0);
    }

    /** By a connection of its own, as only SQLite can fail like SQLite. */
    private void sql(String sql) throws SQLException {
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("brain.sqlite"));
                Statement statement = other.createStatement()) {
            statement.execute(sql);
        }
    }

    private TurnRunner runner(Provider provider) {
        return runner(provider, TurnThreads::startDaemon);
    }

    private TurnRunner runner(Provider provider, TurnThreads threads) {
        return new TurnRunner(
                turns, store, provider, health, new Catalog(folder), new Activity(Optional.empty()), clock, threads);
    }

    /** All events of a turn, once it has ended. */
    private static List<EventRow> events(Turn turn) throws InterruptedException {
        List<EventRow> events = new ArrayList<>();
        for (EventRow event = turn.log().await(0, LONG);
                event != null;
                event = turn.log().await(events.size(), LONG)) {
            events.add(event);
        }
        assertThat(turn.log().isEndedAt(events.size())).isTrue();
        return events;
    }

    private static List<String> names(Turn turn) throws InterruptedException {
        return events(turn).stream().map(EventRow::name).toList();
    }
}
