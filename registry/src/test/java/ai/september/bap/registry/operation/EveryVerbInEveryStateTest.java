package ai.september.bap.registry.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.audit.AuditEntry;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.testing.TestDatabase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The specification's table "every verb in every state", cell by cell, each on an engine that was really brought there. */
class EveryVerbInEveryStateTest {

    /**
     * Rows: state / operation under way. A cell says what the request comes to: {@code runs}, {@code no} with admit's
     * reason, {@code calm} if the engine runs after a sleep was called off, the error's code, {@code begin} or {@code cut} (pre-empt and begin) with the operation's kind, or
     * {@code join}.
     */
    private static final String TABLE = """
            AT                 | ADMIT               | ADMIT+PROVISION     | ADMIT+WAKE          | ADMIT+BOTH          | PROVISION              | START                  | STOP                   | ROTATE_KEY             | DESTROY
            none               | no engine_not_found | begin provision     | no engine_not_found | begin provision     | begin provision        | ENGINE_NOT_FOUND       | ENGINE_NOT_FOUND       | ENGINE_NOT_FOUND       | ENGINE_NOT_FOUND
            provisioning       | join                | join                | join                | join                | ENGINE_ALREADY_EXISTS  | OPERATION_IN_PROGRESS  | cut stop               | OPERATION_IN_PROGRESS  | cut destroy
            running            | runs                | runs                | runs                | runs                | ENGINE_ALREADY_EXISTS  | ENGINE_ALREADY_RUNNING | begin stop             | begin rotate_key       | begin destroy
            running/stop       | join                | join                | join                | join                | ENGINE_ALREADY_EXISTS  | OPERATION_IN_PROGRESS  | join                   | OPERATION_IN_PROGRESS  | cut destroy
            running/rotate     | join                | join                | join                | join                | ENGINE_ALREADY_EXISTS  | ENGINE_ALREADY_RUNNING | cut stop               | join                   | cut destroy
            sleeping           | no engine_sleeping  | no engine_sleeping  | begin wake          | begin wake          | ENGINE_ALREADY_EXISTS  | begin start            | begin stop             | ENGINE_NOT_RUNNING     | begin destroy
            stopped            | no engine_stopped   | no engine_stopped   | no engine_stopped   | no engine_stopped   | ENGINE_ALREADY_EXISTS  | begin start            | ENGINE_NOT_RUNNING     | ENGINE_NOT_RUNNING     | begin destroy
            stopped/start      | join                | join                | join                | join                | ENGINE_ALREADY_EXISTS  | join                   | cut stop               | OPERATION_IN_PROGRESS  | cut destroy
            sleeping/start     | join                | join                | join                | join                | ENGINE_ALREADY_EXISTS  | join                   | cut stop               | OPERATION_IN_PROGRESS  | cut destroy
            sleeping/wake      | join                | join                | join                | join                | ENGINE_ALREADY_EXISTS  | join                   | cut stop               | OPERATION_IN_PROGRESS  | cut destroy
            failed/start       | join                | join                | join                | join                | ENGINE_ALREADY_EXISTS  | join                   | cut stop               | OPERATION_IN_PROGRESS  | cut destroy
            failed             | no engine_unhealthy | no engine_unhealthy | no engine_unhealthy | no engine_unhealthy | ENGINE_ALREADY_EXISTS  | begin start            | begin stop             | ENGINE_NOT_RUNNING     | begin destroy
            failed/recover     | no engine_unhealthy | no engine_unhealthy | no engine_unhealthy | no engine_unhealthy | ENGINE_ALREADY_EXISTS  | cut start              | cut stop               | ENGINE_NOT_RUNNING     | cut destroy
            failed, never ran  | no engine_unhealthy | begin provision     | no engine_unhealthy | begin provision     | begin provision        | begin provision        | begin stop             | ENGINE_NOT_RUNNING     | begin destroy
            destroying         | join                | join                | join                | join                | OPERATION_IN_PROGRESS  | OPERATION_IN_PROGRESS  | OPERATION_IN_PROGRESS  | OPERATION_IN_PROGRESS  | join
            provisioning/stop  | join                | join                | join                | join                | ENGINE_ALREADY_EXISTS  | OPERATION_IN_PROGRESS  | join                   | OPERATION_IN_PROGRESS  | cut destroy
            sleeping/stop      | join                | join                | join                | join                | ENGINE_ALREADY_EXISTS  | OPERATION_IN_PROGRESS  | join                   | OPERATION_IN_PROGRESS  | cut destroy
            failed/stop        | join                | join                | join                | join                | ENGINE_ALREADY_EXISTS  | OPERATION_IN_PROGRESS  | join                   | OPERATION_IN_PROGRESS  | cut destroy
            running/sleep      | calm                | calm                | calm                | calm                | ENGINE_ALREADY_EXISTS  | cut start              | cut stop               | cut rotate_key         | cut destroy
            running/freezing   | cut wake            | cut wake            | cut wake            | cut wake            | ENGINE_ALREADY_EXISTS  | cut start              | cut stop               | OPERATION_IN_PROGRESS  | cut destroy
            running/restore    | join                | join                | join                | join                | ENGINE_ALREADY_EXISTS  | join                   | cut stop               | OPERATION_IN_PROGRESS  | cut destroy
            """;

    private static final Map<String, Function<TestRegistry, UserId>> WAYS_THERE = Map.ofEntries(
            Map.entry("none", registry -> TestRegistry.newUser()),
            Map.entry("provisioning", registry -> after(registry, Verb.PROVISION, TestRegistry.newUser())),
            Map.entry("running", TestRegistry::runningUser),
            Map.entry("running/stop", registry -> after(registry, Verb.STOP, registry.runningUser())),
            Map.entry("running/rotate", registry -> after(registry, Verb.ROTATE_KEY, registry.runningUser())),
            Map.entry("sleeping", TestRegistry::sleepingUser),
            Map.entry("stopped", TestRegistry::stoppedUser),
            Map.entry("stopped/start", registry -> after(registry, Verb.START, registry.stoppedUser())),
            Map.entry("sleeping/start", registry -> after(registry, Verb.START, registry.sleepingUser())),
            Map.entry("sleeping/wake", registry -> after(registry, Verb.ADMIT, registry.sleepingUser())),
            Map.entry("failed/start", registry -> after(registry, Verb.START, registry.failedUser())),
            Map.entry("failed", TestRegistry::failedUser),
            Map.entry("failed/recover", TestRegistry::recoveringUser),
            Map.entry("failed, never ran", TestRegistry::neverRanUser),
            Map.entry("destroying", registry -> after(registry, Verb.DESTROY, registry.runningUser())),
            Map.entry(
                    "provisioning/stop",
                    registry -> after(registry, Verb.STOP, after(registry, Verb.PROVISION, TestRegistry.newUser()))),
            Map.entry("sleeping/stop", registry -> after(registry, Verb.STOP, registry.sleepingUser())),
            Map.entry("failed/stop", registry -> after(registry, Verb.STOP, registry.failedUser())),
            Map.entry("running/sleep", TestRegistry::dozingUser),
            Map.entry("running/freezing", TestRegistry::fallingAsleepUser),
            Map.entry("running/restore", EveryVerbInEveryStateTest::restored));

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private static TestRegistry registry;

    @BeforeAll
    static void open() {
        registry = TestRegistry.on(db);
    }

    static Stream<Cell> cells() {
        List<String[]> rows = TABLE.lines()
                .map(line ->
                        Arrays.stream(line.split("\\|", -1)).map(String::strip).toArray(String[]::new))
                .toList();
        String[] verbs = rows.get(0);
        return rows.stream().skip(1).flatMap(row -> {
            List<Cell> cells = new ArrayList<>();
            for (int column = 1; column < verbs.length; column++) {
                cells.add(new Cell(row[0], verbs[column], row[column]));
            }
            return cells.stream();
        });
    }

    static Stream<Cell> cellsWithAnOperation() {
        return cells().filter(cell -> cell.expected().matches("(begin|cut).*"));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void everyVerbComesToWhatTheTableSays(Cell cell) {
        UserId user = userAt(cell);
        @Nullable EngineRow before = registry.findEngine(user).orElse(null);
        @Nullable
        Operation open = before == null
                ? null
                : registry.openOperation(before.engineId()).orElse(null);
        String contents = registry.contents(user);

        Answer answer = ask(cell, user);

        switch (cell.expected().split(" ", -1)[0]) {
            case "begin" -> {
                assertThat(open).isNull();
                assertBegan(cell, user, before, answer);
            }
            case "cut" -> {
                assertBegan(cell, user, before, answer);
                assertPreempted(open, answer.operation());
            }
            case "calm" -> {
                assertThat(answer.text()).isEqualTo("runs");
                assertCalledOff(user, open);
            }
            default -> {
                assertThat(answer.text()).isEqualTo(cell.expected());
                assertThat(registry.contents(user)).isEqualTo(contents);
                assertThat(answer.operation())
                        .isEqualTo(open == null || !cell.expected().equals("join") ? null : open);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cellsWithAnOperation")
    void whatBeginsCanBeBroughtToItsEnd(Cell cell) {
        UserId user = userAt(cell);
        Answer answer = ask(cell, user);
        Operation operation = present(answer.operation());

        registry.succeed(operation);

        assertThat(registry.operation(operation.operationId()).status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(registry.findEngine(user)
                        .map(EngineRow::status)
                        .map(EngineStatus::wireName)
                        .orElse("gone"))
                .isEqualTo(
                        switch (operation.kind()) {
                            case STOP -> "stopped";
                            case DESTROY -> "gone";
                            default -> "running";
                        });
        assertThat(registry.findEngine(user).map(EngineRow::pendingKeyHash)).isEmpty();
        assertThat(registry.audit(user).get(0))
                .extracting(
                        AuditEntry::action,
                        entry -> entry.metadata().get("outcome").asText())
                .containsExactly(operation.kind().wireName(), "succeeded");
    }

    private static void assertCalledOff(UserId user, @Nullable Operation open) {
        Operation ended = registry.operation(present(open).operationId());
        EngineRow engine = registry.engine(user);

        assertThat(ended)
                .extracting(Operation::status, Operation::supersededBy, Operation::touched)
                .containsExactly(OperationStatus.CANCELLED, null, false);
        assertThat(registry.steps(ended.operationId()))
                .extracting(Step::status)
                .containsOnly(OperationStatus.CANCELLED);
        assertThat(registry.openOperation(engine.engineId())).isEmpty();
        assertThat(engine.status()).isEqualTo(EngineStatus.RUNNING);
        assertThat(engine.fence()).as("no late step of the sleep does anything").isEqualTo(ended.fence() + 1);
        assertThat(registry.audit(user).get(0))
                .extracting(
                        AuditEntry::action,
                        entry -> entry.metadata().get("reason").asText())
                .containsExactly("sleep", "asked_for");
        assertThat(registry.lifecycle.sleep(engine.engineId(), engine.fence()))
                .as("who was just asked for is not idle")
                .isEmpty();
    }

    private static void assertBegan(Cell cell, UserId user, @Nullable EngineRow before, Answer answer) {
        OperationKind kind =
                OperationKind.valueOf(cell.expected().split(" ", -1)[1].toUpperCase(Locale.ROOT));
        EngineRow after = registry.engine(user);
        EngineStatus visible = switch (kind) {
            case PROVISION -> EngineStatus.PROVISIONING;
            case DESTROY -> EngineStatus.DESTROYING;
            default -> present(before).status();
        };
        boolean rotationCutShort = cell.at().equals("running/rotate");
        boolean portLost =
                before != null && before.port() == null && kind.steps().contains(StepName.LAUNCH_CONTAINER);
        boolean recoveryTakenOver =
                cell.at().equals("failed/recover") && kind.steps().contains(StepName.LAUNCH_CONTAINER);
        boolean newContainer = rotationCutShort || portLost || recoveryTakenOver || kind == OperationKind.ROTATE_KEY;
        Operation begun = present(answer.operation());

        assertThat(answer.text()).isEqualTo("begin");
        assertThat(registry.openOperation(after.engineId())).contains(begun);
        assertThat(begun)
                .extracting(
                        Operation::kind,
                        Operation::status,
                        Operation::engineId,
                        Operation::userId,
                        Operation::hostId,
                        Operation::actor,
                        Operation::startedAt,
                        Operation::finishedAt,
                        Operation::runId)
                .containsExactly(
                        kind,
                        OperationStatus.PENDING,
                        after.engineId(),
                        user,
                        registry.host,
                        registry.slug.value(),
                        null,
                        null,
                        null);
        assertThat(begun.previousStatus()).isEqualTo(before == null ? EngineStatus.PROVISIONING : before.status());
        assertThat(registry.steps(begun.operationId()))
                .extracting(Step::name, Step::status)
                .containsExactlyElementsOf(kind.steps().stream()
                        .map(step -> tuple(step, OperationStatus.PENDING))
                        .toList());
        assertThat(after.status()).isEqualTo(visible);
        assertThat(after.fence()).isEqualTo(begun.fence()).isEqualTo(before == null ? 1 : before.fence() + 1);
        assertThat(after.incarnation()).isEqualTo((before == null ? 1 : before.incarnation()) + (newContainer ? 1 : 0));
        assertThat(after.pendingKeyHash() != null).isEqualTo(kind == OperationKind.ROTATE_KEY);
        if (before != null) {
            assertThat(after.keyHash()).isEqualTo(before.keyHash());
        }
        if (kind.steps().contains(StepName.LAUNCH_CONTAINER)) {
            assertThat(after.port()).isNotNull();
        }
        TestRegistry.Transactions wrote = registry.transactions(begun.operationId());
        assertThat(wrote.engine()).isEqualTo(wrote.operation());
        assertThat(wrote.steps()).containsExactly(wrote.operation());
        assertThat(wrote.audit()).as("what has not ended is not audited").isEqualTo("none");
    }

    private static void assertPreempted(@Nullable Operation open, @Nullable Operation successor) {
        Operation ended = registry.operation(present(open).operationId());
        assertThat(ended.status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(ended.supersededBy()).isEqualTo(present(successor).operationId());
        assertThat(ended.finishedAt()).isNotNull();
        assertThat(registry.steps(ended.operationId()))
                .extracting(Step::status)
                .containsOnly(OperationStatus.CANCELLED);
        TestRegistry.Transactions wrote = registry.transactions(ended.operationId());
        assertThat(List.of(wrote.engine(), wrote.audit()))
                .containsOnly(wrote.operation())
                .containsOnly(
                        registry.transactions(present(successor).operationId()).operation());
        assertThat(wrote.steps()).containsExactly(wrote.operation());
        assertThat(registry.audit(ended.userId()).get(0)).satisfies(entry -> {
            assertThat(entry.action()).isEqualTo(ended.kind().wireName());
            assertThat(entry.actor()).isEqualTo(ended.actor());
            assertThat(entry.metadata().get("outcome").asText()).isEqualTo("cancelled");
            assertThat(entry.metadata().get("operation_id").asText())
                    .isEqualTo(ended.operationId().toString());
        });
    }

    private static Answer ask(Cell cell, UserId user) {
        String[] verb = cell.verb().split("\\+", -1);
        String flag = verb.length == 1 ? "" : verb[1];
        AdmitFlags flags = new AdmitFlags(
                flag.equals("PROVISION") || flag.equals("BOTH"), flag.equals("WAKE") || flag.equals("BOTH"));
        try {
            Accepted accepted = registry.request(Verb.valueOf(verb[0]), user, flags);
            if (accepted instanceof Accepted.Running running) {
                assertThat(running.engine()).isEqualTo(registry.engine(user));
                return new Answer("runs", null);
            }
            if (accepted instanceof Accepted.Denied denied) {
                return new Answer("no " + denied.reason().wireName(), null);
            }
            Accepted.Waiting waiting = (Accepted.Waiting) accepted;
            return new Answer(waiting.begun() ? "begin" : "join", waiting.operation());
        } catch (BapException refused) {
            assertThat(refused).hasMessageNotContaining(user.value()).hasMessageMatching("[A-Z].*\\.");
            return new Answer(refused.code().name(), null);
        }
    }

    private static UserId after(TestRegistry registry, Verb verb, UserId user) {
        registry.begin(verb, user);
        return user;
    }

    private static UserId restored(TestRegistry registry) {
        UserId user = registry.runningUser();
        assertThat(registry.lifecycle.restore(registry.engine(user).engineId())).isPresent();
        return user;
    }

    private static <T> T present(@Nullable T value) {
        return Objects.requireNonNull(value);
    }

    private static UserId userAt(Cell cell) {
        return present(WAYS_THERE.get(cell.at())).apply(registry);
    }

    /** One cell of the table. */
    record Cell(String at, String verb, String expected) {

        @Override
        public String toString() {
            return at + ": " + verb + " → " + expected;
        }
    }

    /** What a request came to. */
    private record Answer(String text, @Nullable Operation operation) {}
}
