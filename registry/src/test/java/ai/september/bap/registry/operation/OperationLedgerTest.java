package ai.september.bap.registry.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.vault.KeyHash;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

class OperationLedgerTest {

    private static final int BOOT_MS = TestRegistry.BOOT_MS;
    private static final BiConsumer<OperationLedger, OperationId> BACK_TO_THE_OLD_KEY =
            OperationLedgerTest::oldKeyStays;

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private static TestRegistry registry;
    private static OperationLedger ledger;

    @BeforeAll
    static void open() {
        registry = TestRegistry.on(db);
        ledger = registry.ledger;
    }

    /** A way for an operation to end, and what it has to leave behind. */
    record End(
            String name,
            Verb verb,
            From from,
            BiConsumer<OperationLedger, OperationId> entry,
            OperationStatus outcome,
            @Nullable EngineStatus engine) {

        @Override
        public String toString() {
            return verb + " of an engine " + from + ": " + name;
        }
    }

    /** Where the engine of an {@link End} comes from. */
    enum From {
        NONE,
        RUNNING,
        SLEEPING,
        STOPPED,
        FAILED,
        NEVER_RAN;

        UserId user() {
            return switch (this) {
                case NONE -> TestRegistry.newUser();
                case RUNNING -> registry.runningUser();
                case SLEEPING -> registry.sleepingUser();
                case STOPPED -> registry.stoppedUser();
                case FAILED -> registry.failedUser();
                case NEVER_RAN -> registry.neverRanUser();
            };
        }
    }

    static Stream<End> ends() {
        return Stream.of(
                end(
                        "running",
                        Verb.PROVISION,
                        From.NONE,
                        OperationLedgerTest::running,
                        OperationStatus.SUCCEEDED,
                        EngineStatus.RUNNING),
                end(
                        "running",
                        Verb.PROVISION,
                        From.NEVER_RAN,
                        OperationLedgerTest::running,
                        OperationStatus.SUCCEEDED,
                        EngineStatus.RUNNING),
                end(
                        "running",
                        Verb.START,
                        From.STOPPED,
                        OperationLedgerTest::running,
                        OperationStatus.SUCCEEDED,
                        EngineStatus.RUNNING),
                end(
                        "running",
                        Verb.START,
                        From.FAILED,
                        OperationLedgerTest::running,
                        OperationStatus.SUCCEEDED,
                        EngineStatus.RUNNING),
                end(
                        "running",
                        Verb.ADMIT,
                        From.SLEEPING,
                        OperationLedgerTest::running,
                        OperationStatus.SUCCEEDED,
                        EngineStatus.RUNNING),
                end(
                        "rotated",
                        Verb.ROTATE_KEY,
                        From.RUNNING,
                        (ledger, id) -> ledger.rotated(id, BOOT_MS, TestRegistry.HEALTHY_AT),
                        OperationStatus.SUCCEEDED,
                        EngineStatus.RUNNING),
                end(
                        "stopped",
                        Verb.STOP,
                        From.RUNNING,
                        OperationLedger::stopped,
                        OperationStatus.SUCCEEDED,
                        EngineStatus.STOPPED),
                end(
                        "destroyed",
                        Verb.DESTROY,
                        From.RUNNING,
                        OperationLedger::destroyed,
                        OperationStatus.SUCCEEDED,
                        null),
                end(
                        "back to the old key",
                        Verb.ROTATE_KEY,
                        From.RUNNING,
                        BACK_TO_THE_OLD_KEY,
                        OperationStatus.FAILED,
                        EngineStatus.RUNNING),
                end(
                        "failed",
                        Verb.ROTATE_KEY,
                        From.RUNNING,
                        OperationLedgerTest::failed,
                        OperationStatus.FAILED,
                        EngineStatus.FAILED),
                end(
                        "failed",
                        Verb.PROVISION,
                        From.NONE,
                        OperationLedgerTest::failed,
                        OperationStatus.FAILED,
                        EngineStatus.FAILED),
                end(
                        "failed",
                        Verb.START,
                        From.STOPPED,
                        OperationLedgerTest::failed,
                        OperationStatus.FAILED,
                        EngineStatus.FAILED),
                end(
                        "failed",
                        Verb.ADMIT,
                        From.SLEEPING,
                        OperationLedgerTest::failed,
                        OperationStatus.FAILED,
                        EngineStatus.FAILED),
                end(
                        "failed, untouched",
                        Verb.START,
                        From.STOPPED,
                        OperationLedgerTest::untouched,
                        OperationStatus.FAILED,
                        EngineStatus.STOPPED),
                end(
                        "failed, untouched",
                        Verb.ADMIT,
                        From.SLEEPING,
                        OperationLedgerTest::untouched,
                        OperationStatus.FAILED,
                        EngineStatus.SLEEPING),
                end(
                        "failed, untouched",
                        Verb.START,
                        From.FAILED,
                        OperationLedgerTest::untouched,
                        OperationStatus.FAILED,
                        EngineStatus.FAILED),
                end(
                        "failed, untouched",
                        Verb.ROTATE_KEY,
                        From.RUNNING,
                        OperationLedgerTest::untouched,
                        OperationStatus.FAILED,
                        EngineStatus.RUNNING),
                end(
                        "cancelled, untouched",
                        Verb.DESTROY,
                        From.SLEEPING,
                        (ledger, id) -> assertThat(
                                        ledger.endUntouched(id, OperationStatus.CANCELLED, TestRegistry.FAILURE))
                                .isTrue(),
                        OperationStatus.CANCELLED,
                        EngineStatus.SLEEPING),
                end(
                        "cancelled",
                        Verb.PROVISION,
                        From.NONE,
                        OperationLedgerTest::cancelled,
                        OperationStatus.CANCELLED,
                        EngineStatus.FAILED),
                end(
                        "cancelled",
                        Verb.START,
                        From.STOPPED,
                        OperationLedgerTest::cancelled,
                        OperationStatus.CANCELLED,
                        EngineStatus.FAILED),
                end(
                        "cancelled",
                        Verb.ROTATE_KEY,
                        From.RUNNING,
                        OperationLedgerTest::cancelled,
                        OperationStatus.CANCELLED,
                        EngineStatus.FAILED),
                end(
                        "cancelled, containers out of reach",
                        Verb.STOP,
                        From.RUNNING,
                        OperationLedgerTest::cancelled,
                        OperationStatus.CANCELLED,
                        EngineStatus.FAILED),
                end(
                        "settled",
                        Verb.STOP,
                        From.RUNNING,
                        (ledger, id) -> ledger.settled(id, TestRegistry.FAILURE),
                        OperationStatus.CANCELLED,
                        EngineStatus.STOPPED),
                end(
                        "settled",
                        Verb.START,
                        From.STOPPED,
                        (ledger, id) -> ledger.settled(id, TestRegistry.FAILURE),
                        OperationStatus.CANCELLED,
                        EngineStatus.FAILED),
                end(
                        "cancelled",
                        Verb.DESTROY,
                        From.RUNNING,
                        OperationLedgerTest::cancelled,
                        OperationStatus.CANCELLED,
                        EngineStatus.FAILED));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void anEndIsRowOperationStepsAndAuditInOneTransaction(End end) {
        UserId user = end.from().user();
        Operation operation = registry.begin(end.verb(), user);
        ledger.begin(operation.operationId());
        ledger.beginStep(operation.operationId(), operation.kind().steps().get(0));
        int audited = registry.audit(user).size();

        end.entry().accept(ledger, operation.operationId());

        Operation ended = registry.operation(operation.operationId());
        assertThat(ended.status()).isEqualTo(end.outcome());
        assertThat(ended.finishedAt()).isNotNull();
        assertThat(ended.errorCode()).isEqualTo(end.outcome() == OperationStatus.SUCCEEDED ? null : "BOOT_TIMEOUT");
        assertThat(registry.findEngine(user).map(EngineRow::status).orElse(null))
                .isEqualTo(end.engine());
        assertThat(registry.steps(operation.operationId()))
                .as("no step is left open, none of a success looks unsuccessful")
                .extracting(Step::status)
                .doesNotContain(OperationStatus.PENDING, OperationStatus.RUNNING)
                .allMatch(status ->
                        (status == OperationStatus.SUCCEEDED) == (end.outcome() == OperationStatus.SUCCEEDED));
        assertThat(registry.audit(user)).hasSize(audited + 1);
        assertThat(registry.audit(user).get(0)).satisfies(entry -> {
            assertThat(entry.action()).isEqualTo(operation.kind().wireName());
            assertThat(entry.actor()).isEqualTo(registry.slug.value());
            assertThat(entry.engineId()).isEqualTo(operation.engineId().value());
            assertThat(entry.durationMs()).isBetween(0, 60_000);
            assertThat(entry.metadata().get("outcome").asText())
                    .isEqualTo(end.outcome().wireName());
            assertThat(entry.metadata().get("operation_id").asText())
                    .isEqualTo(operation.operationId().toString());
        });
        TestRegistry.Transactions wrote = registry.transactions(operation.operationId());
        assertThat(wrote.audit()).isEqualTo(wrote.operation());
        if (!end.entry().equals(BACK_TO_THE_OLD_KEY)) { // there the steps end when the key is taken back
            assertThat(wrote.steps()).containsExactly(wrote.operation());
        }
        assertThat(wrote.engine()).isEqualTo(end.engine() == null ? "none" : wrote.operation());
    }

    @ParameterizedTest
    @MethodSource("ends")
    void anEndIsAnnounced(End end) throws Exception {
        Operation operation = registry.begin(end.verb(), end.from().user());
        try (Connection connection = db.dataSource().getConnection()) {
            connection.createStatement().execute("LISTEN operation_ended");
            ledger.begin(operation.operationId());

            end.entry().accept(ledger, operation.operationId());

            assertThat(announced(connection, 1))
                    .containsExactly(operation.operationId().toString());
        }
    }

    @Test
    void beingSupersededIsAnnounced() throws Exception {
        UserId user = registry.runningUser();
        Operation stop = registry.begin(Verb.STOP, user);
        try (Connection connection = db.dataSource().getConnection()) {
            connection.createStatement().execute("LISTEN operation_ended");

            registry.begin(Verb.DESTROY, user);

            assertThat(announced(connection, 1))
                    .containsExactly(stop.operationId().toString());
        }
    }

    /** Everything that can be said about an operation, at whatever time. */
    record Word(String name, BiConsumer<OperationLedger, OperationId> entry, boolean refused) {

        @Override
        public String toString() {
            return name;
        }
    }

    @Test
    void anAttemptThatWasAskedForBeforeOneThatHasBegunIsLate() {
        OperationId recovery = registry.fail(registry.runningUser()).operationId();
        ledger.beginStep(recovery, StepName.STOP_CONTAINER, 100);
        ledger.beginStep(recovery, StepName.STOP_CONTAINER, 200);
        ledger.beginStep(recovery, StepName.LAUNCH_CONTAINER, 300);
        ledger.beginStep(recovery, StepName.LAUNCH_CONTAINER, 300);

        assertThatThrownBy(() -> ledger.beginStep(recovery, StepName.STOP_CONTAINER, 100))
                .isInstanceOf(LateStepException.class);
        ledger.beginStep(recovery, StepName.LAUNCH_CONTAINER, 300);
        assertThatThrownBy(() -> ledger.running(recovery, 100, TestRegistry.BOOT_MS, TestRegistry.HEALTHY_AT))
                .isInstanceOf(LateStepException.class);
        ledger.running(recovery, 300, TestRegistry.BOOT_MS, TestRegistry.HEALTHY_AT);
        assertThat(registry.operation(recovery).status()).isEqualTo(OperationStatus.SUCCEEDED);
    }

    @Test
    void whoeverBeginsAnOperationFirstIsTheOnlyOne() {
        OperationId start = registry.begin(Verb.START, registry.stoppedUser()).operationId();

        assertThat(ledger.tryBegin(start)).isTrue();
        assertThat(ledger.tryBegin(start)).isFalse();
        ledger.begin(start);
    }

    static Stream<Word> words() {
        return Stream.of(
                new Word("begin", OperationLedger::begin, true),
                new Word("tryBegin", OperationLedger::tryBegin, true),
                new Word("order", OperationLedger::order, true),
                new Word("beginStep", (ledger, id) -> ledger.beginStep(id, StepName.LAUNCH_CONTAINER), true),
                new Word(
                        "beginStep with the lock",
                        (ledger, id) -> ledger.beginStep(id, StepName.LAUNCH_CONTAINER, 1),
                        true),
                new Word(
                        "beginStep of a compensation",
                        (ledger, id) -> ledger.beginStep(id, StepName.REMOVE_CONTAINER),
                        true),
                new Word(
                        "endStep",
                        (ledger, id) ->
                                ledger.endStep(id, StepName.LAUNCH_CONTAINER, OperationStatus.SUCCEEDED, "done"),
                        false),
                new Word("recordRun", (ledger, id) -> ledger.recordRun(id, "run"), false),
                new Word("recordOutput", (ledger, id) -> ledger.recordOutput(id, "output"), false),
                new Word("recordBrain", (ledger, id) -> ledger.recordBrain(id, "image"), true),
                new Word("reassignPort", OperationLedger::reassignPort, true),
                new Word("revertRotation", OperationLedger::revertRotation, true),
                new Word("running", OperationLedgerTest::running, true),
                new Word("rotated", (ledger, id) -> ledger.rotated(id, BOOT_MS, TestRegistry.HEALTHY_AT), true),
                new Word("stopped", OperationLedger::stopped, true),
                new Word("destroyed", OperationLedger::destroyed, true),
                new Word(
                        "oldKeyStays",
                        (ledger, id) -> ledger.oldKeyStays(
                                id, OperationStatus.FAILED, TestRegistry.FAILURE, BOOT_MS, TestRegistry.HEALTHY_AT),
                        true),
                new Word("touch", OperationLedger::touch, true),
                new Word("settled", (ledger, id) -> ledger.settled(id, TestRegistry.FAILURE), true),
                new Word("failed", OperationLedgerTest::failed, true),
                new Word("endUntouched", OperationLedgerTest::untouched, true),
                new Word("cancelled", OperationLedgerTest::cancelled, true));
    }

    @ParameterizedTest
    @MethodSource("words")
    void ofAnOperationOfThePastNothingIsHeard(Word word) {
        for (OperationId past : operationsOfThePast()) {
            UserId user = registry.operation(past).userId();
            String contents = registry.contents(user);

            if (word.refused()) {
                assertThatThrownBy(() -> word.entry().accept(ledger, past))
                        .isInstanceOf(SupersededException.class)
                        .hasMessageContaining(past.toString());
            } else {
                assertThatCode(() -> word.entry().accept(ledger, past)).doesNotThrowAnyException();
            }

            assertThat(registry.contents(user)).isEqualTo(contents);
        }
    }

    @ParameterizedTest
    @MethodSource("words")
    void ofAnUnknownOperationNothingIsHeard(Word word) {
        OperationId unknown = OperationId.random();

        if (word.refused()) {
            assertThatThrownBy(() -> word.entry().accept(ledger, unknown)).isInstanceOf(SupersededException.class);
        } else {
            assertThatCode(() -> word.entry().accept(ledger, unknown)).doesNotThrowAnyException();
        }
        assertThat(ledger.find(unknown)).isEmpty();
        assertThat(ledger.isCurrent(unknown)).isFalse();
    }

    private static List<OperationId> operationsOfThePast() {
        List<OperationId> past = new ArrayList<>();
        UserId rotating = registry.runningUser();
        past.add(registry.begin(Verb.ROTATE_KEY, rotating).operationId());
        registry.begin(Verb.STOP, rotating); // pre-empts it; the successor is still open

        UserId destroyed = TestRegistry.newUser();
        past.add(registry.begin(Verb.PROVISION, destroyed).operationId());
        Operation destroy = registry.begin(Verb.DESTROY, destroyed);
        registry.succeed(destroy); // the engine is gone, and so are the last words of both
        past.add(destroy.operationId());

        UserId repeated = registry.stoppedUser();
        Operation start = registry.begin(Verb.START, repeated);
        registry.succeed(start); // its own end is repeated
        past.add(start.operationId());

        UserId later = registry.stoppedUser();
        Operation earlier = registry.begin(Verb.START, later);
        registry.succeed(earlier);
        registry.begin(Verb.ROTATE_KEY, later); // out of order: another operation is under way by now
        past.add(earlier.operationId());
        past.forEach(id -> assertThat(ledger.isCurrent(id)).isFalse());
        return past;
    }

    @Test
    void aStepBegunInTheMomentOfPreemptionStaysCancelled() throws Exception {
        UserId user = registry.stoppedUser();
        Operation start = registry.begin(Verb.START, user);
        List<Throwable> outcome = new ArrayList<>();
        Thread step = new Thread(() -> {
            try {
                ledger.beginStep(start.operationId(), StepName.MIGRATE_BRAIN);
            } catch (RuntimeException e) {
                outcome.add(e);
            }
        });

        registry.jdbi.useTransaction(preemption -> {
            OperationDao operations = preemption.attach(OperationDao.class);
            preemption
                    .createUpdate("UPDATE engines SET fence = fence + 1 WHERE engine_id = :id")
                    .bind("id", start.engineId())
                    .execute();
            operations.end(start.operationId(), OperationStatus.CANCELLED, null, null, OperationId.random());
            operations.endOpenSteps(start.operationId(), OperationStatus.CANCELLED);
            step.start();
            Await.atMost(Duration.ofSeconds(10), "the step waits for the pre-emption")
                    .until(OperationLedgerTest::somebodyWaitsForALock);
        });
        step.join();

        assertThat(outcome).singleElement().isInstanceOf(SupersededException.class);
        assertThat(registry.steps(start.operationId()))
                .extracting(Step::status)
                .containsOnly(OperationStatus.CANCELLED);
    }

    @Test
    void anEndWaitsForTheStepThatIsJustBeginningAndClosesItToo() throws Exception {
        UserId user = registry.stoppedUser();
        Operation start = registry.begin(Verb.START, user);
        Thread end = new Thread(() -> ledger.failed(start.operationId(), TestRegistry.FAILURE));

        registry.jdbi.useTransaction(step -> {
            OperationDao operations = step.attach(OperationDao.class);
            assertThat(operations.holdCurrent(start.operationId())).isPresent();
            end.start();
            Await.atMost(Duration.ofSeconds(10), "the end waits for the step")
                    .until(OperationLedgerTest::somebodyWaitsForALock);
            operations.beginStep(start.operationId(), StepName.MIGRATE_BRAIN);
        });
        end.join();

        assertThat(registry.steps(start.operationId()))
                .extracting(Step::status)
                .containsExactly(OperationStatus.FAILED, OperationStatus.CANCELLED, OperationStatus.CANCELLED);
    }

    @Test
    void timesOfAnOperationThatHadToWaitForItsLockDoNotRunBackwards() throws Exception {
        UserId user = registry.stoppedUser();
        EngineId engine = registry.engine(user).engineId();
        Thread destroy = new Thread(() -> registry.begin(Verb.DESTROY, user));
        OperationId[] first = new OperationId[1];

        registry.jdbi.useTransaction(handle -> {
            assertThat(handle.attach(EngineDao.class).lock(engine)).isPresent();
            destroy.start(); // its transaction begins before the start's does
            Await.atMost(Duration.ofSeconds(10), "the destroy waits for the engine")
                    .until(OperationLedgerTest::somebodyWaitsForALock);
            handle.attach(EngineDao.class).beginOperation(engine, EngineStatus.STOPPED);
            OperationId id = OperationId.random();
            first[0] = id;
            handle.attach(OperationDao.class)
                    .insert(id, engine, OperationKind.START, Actor.SYSTEM, EngineStatus.STOPPED, false);
            handle.execute("UPDATE operations SET created_at = clock_timestamp() WHERE operation_id = ?", id.value());
        });
        destroy.join();

        Operation cut = registry.operation(Objects.requireNonNull(first[0]));
        Operation successor = registry.operation(Objects.requireNonNull(cut.supersededBy()));
        assertThat(cut.finishedAt()).isAfterOrEqualTo(cut.createdAt());
        assertThat(successor.createdAt()).isAfterOrEqualTo(cut.createdAt());
        assertThat(registry.audit(user).get(0).timestamp()).isAfterOrEqualTo(cut.createdAt());
    }

    @Test
    void aRunningEngineHasItsBootAndItsHealth() {
        UserId user = registry.runningUser();

        Map<String, Object> row = row(user);

        assertThat(row)
                .containsEntry("boot_duration_ms", BOOT_MS)
                .containsEntry("ever_ran", true)
                .containsEntry("failure_code", null)
                .containsEntry("failure_message", null);
        assertThat(registry.engine(user).lastHealthAt()).isEqualTo(TestRegistry.HEALTHY_AT);
        assertThat(registry.audit(user).get(0).metadata().get("boot_ms").asInt())
                .isEqualTo(BOOT_MS);
    }

    @Test
    void aFailedProvisionKeepsItsReasonAndGivesItsPortBack() {
        UserId user = registry.neverRanUser();

        assertThat(row(user))
                .containsEntry("failure_code", "BOOT_TIMEOUT")
                .containsEntry("failure_message", "It did not answer.")
                .containsEntry("port", null);
        assertThat(registry.audit(user).get(0).metadata().get("code").asText()).isEqualTo("BOOT_TIMEOUT");
    }

    @Test
    void aFailedStartKeepsThePortAndASuccessfulOneForgetsTheReason() {
        UserId user = registry.failedUser();
        Integer port = registry.engine(user).port();

        registry.succeed(registry.begin(Verb.START, user));

        assertThat(port).isNotNull();
        assertThat(registry.engine(user).port()).isEqualTo(port);
        assertThat(row(user)).containsEntry("failure_code", null).containsEntry("failure_message", null);
    }

    @Test
    void theOutputFollowsAWholeSentence() {
        Operation operation = registry.begin(Verb.PROVISION, TestRegistry.newUser());
        ledger.recordOutput(operation.operationId(), "no such file: catalog");

        ledger.failed(operation.operationId(), new Failure(ErrorCode.BACKEND_ERROR, "it failed: see its output"));

        assertThat(registry.operation(operation.operationId()).errorMessage())
                .isEqualTo("it failed: see its output. Its last output:\nno such file: catalog");
    }

    @Test
    void theOutputOfAnEngineThatDiedIsPartOfTheErrorAndOfNothingElse() {
        Operation operation = registry.begin(Verb.PROVISION, TestRegistry.newUser());
        ledger.recordOutput(operation.operationId(), "no such file: catalog");

        ledger.failed(operation.operationId(), TestRegistry.FAILURE);

        assertThat(registry.operation(operation.operationId()).errorMessage())
                .isEqualTo("It did not answer. Its last output:\nno such file: catalog");
        assertThat(row(operation.userId())).containsEntry("failure_message", "It did not answer.");
        assertThat(registry.audit(operation.userId()).get(0).metadata().toString())
                .doesNotContain("catalog");
    }

    @Test
    void aRotationBringsTheNewKeyInAndAFailedOneTheOldKeyBack() {
        UserId user = registry.runningUser();
        KeyHash old = registry.engine(user).keyHash();
        Operation failing = registry.begin(Verb.ROTATE_KEY, user);
        EngineRow during = registry.engine(user);

        oldKeyStays(ledger, failing.operationId());
        EngineRow after = registry.engine(user);
        Operation rotation = registry.begin(Verb.ROTATE_KEY, user);
        KeyHash brought = registry.engine(user).effectiveKeyHash();
        registry.succeed(rotation);

        assertThat(during.effectiveKeyHash()).isNotEqualTo(old).isEqualTo(during.pendingKeyHash());
        assertThat(during.keyHash()).isEqualTo(old);
        assertThat(after.effectiveKeyHash()).isEqualTo(old);
        assertThat(after.incarnation()).isEqualTo(during.incarnation() + 1);
        assertThat(registry.engine(user).effectiveKeyHash()).isEqualTo(brought).isNotEqualTo(old);
        assertThat(registry.engine(user).pendingKeyHash()).isNull();
        assertThat(registry.engine(user).keyToken()).startsWith("sealed ");
    }

    @Test
    void aRotationThatTouchedNothingLeavesKeyAndContainerAsTheyWere() {
        UserId user = registry.runningUser();
        EngineRow before = registry.engine(user);
        Operation rotation = registry.begin(Verb.ROTATE_KEY, user);

        untouched(ledger, rotation.operationId());

        EngineRow after = registry.engine(user);
        assertThat(after.effectiveKeyHash()).isEqualTo(before.keyHash());
        assertThat(after.incarnation()).isEqualTo(before.incarnation());
        assertThat(after.status()).isEqualTo(EngineStatus.RUNNING);
    }

    @Test
    void aRotationWhoseKeyWasTakenBackDoesNotPassForDone() {
        UserId user = registry.runningUser();
        Operation rotation = registry.begin(Verb.ROTATE_KEY, user);
        ledger.revertRotation(rotation.operationId());

        assertThatThrownBy(() -> ledger.rotated(rotation.operationId(), BOOT_MS, TestRegistry.HEALTHY_AT))
                .isInstanceOf(BapException.class)
                .hasMessageContaining("old key stays");

        assertThat(registry.operation(rotation.operationId()).status().isEnded())
                .isFalse();
    }

    @Test
    void stepsOfAFailedRotationStayFailedThoughTheyAreDoneAgainForTheOldKey() {
        Operation rotation = registry.begin(Verb.ROTATE_KEY, registry.runningUser());
        OperationId id = rotation.operationId();
        ledger.beginStep(id, StepName.MIGRATE_BRAIN);
        ledger.endStep(id, StepName.MIGRATE_BRAIN, OperationStatus.SUCCEEDED, null);
        ledger.beginStep(id, StepName.LAUNCH_CONTAINER);
        ledger.revertRotation(id);
        for (StepName step : List.of(StepName.LAUNCH_CONTAINER, StepName.AWAIT_HEALTHY)) {
            ledger.beginStep(id, step);
            ledger.endStep(id, step, OperationStatus.SUCCEEDED, null);
        }

        ledger.oldKeyStays(id, OperationStatus.FAILED, TestRegistry.FAILURE, BOOT_MS, TestRegistry.HEALTHY_AT);

        assertThat(registry.steps(id))
                .extracting(Step::status)
                .containsExactly(OperationStatus.SUCCEEDED, OperationStatus.FAILED, OperationStatus.CANCELLED);
    }

    @Test
    void whatWasTouchedOrTookPrecedenceDoesNotEndAsIfNothingHadHappened() {
        UserId touching = registry.stoppedUser();
        Operation touched = registry.begin(Verb.START, touching);
        ledger.touch(touched.operationId());
        ledger.touch(touched.operationId());
        UserId preempting = registry.stoppedUser();
        registry.begin(Verb.START, preempting);
        Operation successor = registry.begin(Verb.STOP, preempting);
        Operation provision = registry.begin(Verb.PROVISION, TestRegistry.newUser());
        UserId gone = registry.runningUser();
        Operation restore =
                registry.lifecycle.restore(registry.engine(gone).engineId()).orElseThrow();

        for (Operation operation : List.of(touched, successor, provision, restore)) {
            String before = registry.contents(operation.userId());
            assertThat(ledger.endUntouched(operation.operationId(), OperationStatus.CANCELLED, TestRegistry.FAILURE))
                    .as(operation.toString())
                    .isFalse();
            assertThat(registry.contents(operation.userId())).isEqualTo(before);
        }
    }

    @Test
    void anEngineThatDiedWithoutAWordIsNotQuoted() {
        Operation operation = registry.begin(Verb.PROVISION, TestRegistry.newUser());
        ledger.recordOutput(operation.operationId(), " \n");

        ledger.failed(operation.operationId(), TestRegistry.FAILURE);

        assertThat(registry.operation(operation.operationId()).errorMessage()).isEqualTo("It did not answer.");
    }

    @Test
    void takingARotationBackTwiceTakesItBackOnce() {
        UserId user = registry.runningUser();
        Operation rotation = registry.begin(Verb.ROTATE_KEY, user);

        ledger.revertRotation(rotation.operationId());
        EngineRow once = registry.engine(user);
        ledger.revertRotation(rotation.operationId());

        assertThat(registry.engine(user)).isEqualTo(once);
        assertThat(once.pendingKeyHash()).isNull();
    }

    @Test
    void beginningAnOperationOrAStepTwiceIsOnce() {
        Operation operation = registry.begin(Verb.PROVISION, TestRegistry.newUser());
        ledger.begin(operation.operationId());
        ledger.beginStep(operation.operationId(), StepName.MIGRATE_BRAIN);
        Operation begun = registry.operation(operation.operationId());
        List<Step> steps = registry.steps(operation.operationId());

        ledger.begin(operation.operationId());
        ledger.beginStep(operation.operationId(), StepName.MIGRATE_BRAIN);

        assertThat(begun.status()).isEqualTo(OperationStatus.RUNNING);
        assertThat(begun.startedAt()).isNotNull();
        assertThat(registry.operation(operation.operationId())).isEqualTo(begun);
        assertThat(registry.steps(operation.operationId())).isEqualTo(steps);
        assertThat(steps.get(0).status()).isEqualTo(OperationStatus.RUNNING);
    }

    @Test
    void aStepThatIsRepeatedIsUnderWayAgainSinceItsFirstBeginning() {
        Operation operation = registry.begin(Verb.PROVISION, TestRegistry.newUser());
        ledger.beginStep(operation.operationId(), StepName.MIGRATE_BRAIN);
        ledger.endStep(operation.operationId(), StepName.MIGRATE_BRAIN, OperationStatus.SUCCEEDED, "copied");
        Step first = registry.steps(operation.operationId()).get(0);

        ledger.beginStep(operation.operationId(), StepName.MIGRATE_BRAIN);

        assertThat(first.status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(first.note()).isEqualTo("copied");
        assertThat(first.finishedAt()).isNotNull();
        Step again = registry.steps(operation.operationId()).get(0);
        assertThat(again.status()).isEqualTo(OperationStatus.RUNNING);
        assertThat(again.startedAt()).isEqualTo(first.startedAt());
        assertThat(again.finishedAt()).isNull();
    }

    @Test
    void aStepThatIsNotInThePlanIsLetThroughAndNotShown() {
        Operation operation = registry.begin(Verb.PROVISION, TestRegistry.newUser());

        ledger.beginStep(operation.operationId(), StepName.REMOVE_CONTAINER);
        ledger.endStep(operation.operationId(), StepName.REMOVE_CONTAINER, OperationStatus.SUCCEEDED, null);

        assertThat(registry.steps(operation.operationId()))
                .extracting(Step::name)
                .containsExactlyElementsOf(OperationKind.PROVISION.steps());
    }

    @Test
    void theStepThatWasUnderWayWhenItFailedHasFailedAndTheRestIsCancelled() {
        Operation operation = registry.begin(Verb.PROVISION, TestRegistry.newUser());
        ledger.beginStep(operation.operationId(), StepName.MIGRATE_BRAIN);
        ledger.endStep(operation.operationId(), StepName.MIGRATE_BRAIN, OperationStatus.SUCCEEDED, null);
        ledger.beginStep(operation.operationId(), StepName.LAUNCH_CONTAINER);

        ledger.failed(operation.operationId(), TestRegistry.FAILURE);

        assertThat(registry.steps(operation.operationId()))
                .extracting(Step::status)
                .containsExactly(OperationStatus.SUCCEEDED, OperationStatus.FAILED, OperationStatus.CANCELLED);
        assertThat(registry.steps(operation.operationId()).get(2).finishedAt()).isNull();
    }

    @Test
    void theBrainIsOnRecordUntilItIsGone() {
        Operation operation = registry.begin(Verb.PROVISION, TestRegistry.newUser());

        ledger.recordBrain(operation.operationId(), "image@1");
        assertThat(registry.engine(operation.userId()).brainImageId()).isEqualTo("image@1");
        assertThat(ledger.order(operation.operationId()).engine().brainImageId())
                .isEqualTo("image@1");
        ledger.recordBrain(operation.operationId(), null);

        assertThat(registry.engine(operation.userId()).brainImageId()).isNull();
    }

    @Test
    void theRunIsNotedWhileTheOperationIsOpen() {
        Operation operation = registry.begin(Verb.PROVISION, TestRegistry.newUser());

        ledger.recordRun(operation.operationId(), "run-1");

        assertThat(registry.operation(operation.operationId()).runId()).isEqualTo("run-1");
    }

    @Test
    void anEndWhoseAuditRowCanNotBeWrittenHasNotHappened() {
        UserId user = registry.stoppedUser();
        Operation operation = registry.begin(Verb.START, user);
        registry.jdbi.useHandle(handle -> handle.execute("ALTER TABLE audit_log ADD CONSTRAINT full_disk CHECK"
                + " (user_id <> '" + user.value() + "') NOT VALID"));
        try {
            assertThatThrownBy(() -> registry.succeed(operation)).hasMessageContaining("full_disk");
        } finally {
            registry.jdbi.useHandle(handle -> handle.execute("ALTER TABLE audit_log DROP CONSTRAINT full_disk"));
        }

        assertThat(registry.engine(user).status()).isEqualTo(EngineStatus.STOPPED);
        assertThat(registry.operation(operation.operationId()).status()).isEqualTo(OperationStatus.RUNNING);
        assertThat(ledger.isCurrent(operation.operationId())).isTrue();
    }

    /** Asked over a connection of its own: within a transaction PostgreSQL gives the same answer for ever. */
    private static boolean somebodyWaitsForALock() {
        return Jdbi.create(db.dataSource())
                        .withHandle(handle -> handle.createQuery("SELECT count(*) FROM pg_stat_activity"
                                        + " WHERE datname = current_database() AND wait_event_type = 'Lock'")
                                .mapTo(Long.class)
                                .one())
                > 0;
    }

    private static Map<String, Object> row(UserId user) {
        return registry.jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM engines WHERE engine_id = :id")
                .bind("id", registry.engine(user).engineId())
                .mapToMap()
                .one());
    }

    /** The announcements that arrive, until there are so many. */
    private static List<String> announced(Connection connection, int count) throws Exception {
        List<String> announced = new ArrayList<>();
        for (int tries = 0; announced.size() < count && tries < 50; tries++) {
            PGNotification[] some = connection.unwrap(PGConnection.class).getNotifications(200);
            for (PGNotification one : some == null ? new PGNotification[0] : some) {
                announced.add(one.getParameter());
            }
        }
        return announced;
    }

    private static void running(OperationLedger ledger, OperationId id) {
        ledger.running(id, BOOT_MS, TestRegistry.HEALTHY_AT);
    }

    private static void failed(OperationLedger ledger, OperationId id) {
        ledger.failed(id, TestRegistry.FAILURE);
    }

    private static void untouched(OperationLedger ledger, OperationId id) {
        assertThat(ledger.endUntouched(id, OperationStatus.FAILED, TestRegistry.FAILURE))
                .isTrue();
    }

    private static void cancelled(OperationLedger ledger, OperationId id) {
        ledger.cancelled(id, TestRegistry.FAILURE);
    }

    private static void oldKeyStays(OperationLedger ledger, OperationId id) {
        ledger.revertRotation(id);
        ledger.oldKeyStays(id, OperationStatus.FAILED, TestRegistry.FAILURE, BOOT_MS, TestRegistry.HEALTHY_AT);
    }

    private static End end(
            String name,
            Verb verb,
            From from,
            BiConsumer<OperationLedger, OperationId> entry,
            OperationStatus outcome,
            @Nullable EngineStatus engine) {
        return new End(name, verb, from, entry, outcome, engine);
    }
}
