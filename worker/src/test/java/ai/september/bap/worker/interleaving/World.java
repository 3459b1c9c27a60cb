package ai.september.bap.worker.interleaving;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.audit.AuditEntry;
import ai.september.bap.registry.audit.AuditQuery;
import ai.september.bap.registry.audit.AuditRecord;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.AdmitFlags;
import ai.september.bap.registry.operation.HealthFailure;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationDao;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.OperationQuery;
import ai.september.bap.registry.operation.OperationStatus;
import ai.september.bap.registry.operation.Recoveries;
import ai.september.bap.registry.operation.Verb;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One user, whose engine is asked for, left alone, killed and looked after, in the order that a seed makes of it. */
final class World {

    private static final ImageRef IMAGE = new ImageRef("september-engine:2.3.0");
    private static final Actor CLIENT = new Actor("acme", null);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int EVENTS = 10;
    private static final int MOST_FAULTS = 4;
    private static final int MOST_ROUNDS = 50;

    /** What a client may be told whatever it asks for. */
    private static final Set<ErrorCode> REFUSALS = Set.of(
            ErrorCode.ENGINE_NOT_FOUND,
            ErrorCode.ENGINE_ALREADY_EXISTS,
            ErrorCode.ENGINE_ALREADY_RUNNING,
            ErrorCode.ENGINE_NOT_RUNNING,
            ErrorCode.OPERATION_IN_PROGRESS);

    private final int seed;
    private final Random random;
    private final Installation place;
    private final Tally tally;
    private final ProductId product;
    private final UserId user = new UserId(UUID.randomUUID().toString());
    private final Gate gate = new Gate();
    private final Daemon daemon = new Daemon(this::violate);
    private final List<String> story = Collections.synchronizedList(new ArrayList<>());
    private final Map<OperationId, String> names = new ConcurrentHashMap<>();
    private final Set<EngineId> engines = new HashSet<>();
    private final Set<EngineId> destroyed = ConcurrentHashMap.newKeySet();
    private final Set<OperationId> excused = new HashSet<>();
    private volatile @Nullable String violation;
    private volatile boolean stopHolds;
    private boolean crashed;
    private final int leisure;
    private int events = EVENTS;
    private int faults;
    private @Nullable Seen seenIdle;
    private @Nullable Seen seenFailed;

    /** What somebody has seen of an engine, and acts on some time later. */
    private record Seen(EngineId engine, long fence) {}

    World(int seed, Installation place, ProductId product, Tally tally) {
        this.seed = seed;
        this.random = new Random(seed);
        this.place = place;
        this.product = product;
        this.tally = tally;
        this.leisure = 3 + 4 * random.nextInt(3);
        this.faults = random.nextInt(MOST_FAULTS + 1);
    }

    Gate gate() {
        return gate;
    }

    String nameOf(OperationId operation) {
        return String.valueOf(names.get(operation));
    }

    /** The user's operations are ended by it, too, but by nothing else of it. */
    void ended(Operation operation) {
        story.add("  ended: " + nameOf(operation.operationId()) + " "
                + operation.status().wireName());
        if (operation.status() == OperationStatus.SUCCEEDED) {
            switch (operation.kind()) {
                case STOP -> stopHolds = true;
                case DESTROY -> destroyed.add(operation.engineId());
                default -> {}
            }
        }
    }

    private void violate(String what) {
        story.add("  VIOLATION: " + what);
        violation = what;
    }

    /** Everything that happens, with what must be true after each step and in the end. */
    void run() {
        try {
            while (events > 0) {
                step();
            }
            comeToRest();
            checkTheEnd();
            leave();
        } catch (RuntimeException | AssertionError failed) {
            throw new AssertionError(
                    "seed " + seed + ": " + failed.getMessage() + "\n" + String.join("\n", story), failed);
        }
    }

    List<String> story() {
        return List.copyOf(story);
    }

    private void step() {
        List<Gate.Actor> parked = gate.awaitQuiet(PATIENCE);
        check();
        if (parked.isEmpty() || random.nextInt(leisure) == 0) {
            events--;
            happen();
        } else {
            letGo(parked.get(random.nextInt(parked.size())));
        }
    }

    private void letGo(Gate.Actor actor) {
        boolean faulty = faults > 0 && !actor.isZombie() && random.nextInt(8) == 0;
        if (!faulty) {
            tell("goes on", actor.toString());
            gate.release(actor, Gate.Fate.GOES_ON);
            return;
        }
        faults--;
        switch (actor.kind) {
            case RECORD -> {
                tell("loses its answer", actor.toString());
                gate.release(actor, Gate.Fate.LOSES_ITS_ANSWER);
            }
            case STARTER -> die(actor);
            case STEP -> {
                if (random.nextInt(3) == 0 && !actor.isAskingForHealth()) {
                    die(actor);
                } else {
                    tell("becomes a zombie", actor.toString());
                    place.steps.abandon(actor);
                }
            }
        }
    }

    private void die(Gate.Actor actor) {
        tell("dies", actor.toString());
        gate.release(actor, Gate.Fate.DIES);
    }

    /** Also counts it. */
    private void tell(String what, String whom) {
        story.add(whom.isEmpty() ? what : what + ": " + whom);
        tally.count(what);
    }

    /** What may well happen to an engine in its state; now and then something else does. */
    private void happen() {
        Optional<Look> now = look();
        if (now.isEmpty()) {
            ask(random.nextInt(6));
        } else if (now.get().open() != null || random.nextInt(4) == 0) {
            happen(random.nextInt(12));
        } else {
            switch (now.get().status()) {
                case RUNNING -> happen(4 + random.nextInt(12));
                case SLEEPING -> happen(random.nextInt(8));
                default -> ask(random.nextInt(6));
            }
        }
    }

    private void ask(int which) {
        switch (which) {
            case 0, 1 -> request(Verb.ADMIT, new AdmitFlags(true, true));
            case 2, 3 -> request(Verb.PROVISION, AdmitFlags.NONE);
            default -> request(Verb.START, AdmitFlags.NONE);
        }
    }

    private void happen(int which) {
        switch (which) {
            case 0, 1 -> request(Verb.ADMIT, new AdmitFlags(random.nextBoolean(), true));
            case 2 -> request(Verb.ADMIT, AdmitFlags.NONE);
            case 3, 4 -> request(Verb.START, AdmitFlags.NONE);
            case 5 -> request(Verb.STOP, AdmitFlags.NONE);
            case 6 -> request(Verb.DESTROY, AdmitFlags.NONE);
            case 7 -> crash();
            case 8 -> request(Verb.STOP, AdmitFlags.NONE);
            case 9 -> request(Verb.ROTATE_KEY, AdmitFlags.NONE);
            case 10 -> relay();
            case 11 -> lookAtHealth();
            case 12 -> crashAndLook();
            default -> beIdle();
        }
    }

    private void crashAndLook() {
        crash();
        lookAtHealth();
    }

    private void request(Verb verb, AdmitFlags flags) {
        String said;
        try {
            said = answer(place.lifecycle.request(LifecycleRequest.of(verb, product, user, CLIENT, IMAGE, flags)));
        } catch (BapException refused) {
            assertThat(refused.code()).as(refused.getMessage()).isIn(REFUSALS);
            said = "is refused, " + refused.code();
        }
        tell(verb.wireName() + " " + said, "");
    }

    private String answer(Accepted accepted) {
        if (accepted instanceof Accepted.Waiting waiting) {
            if (waiting.begun()) {
                begun(waiting.operation());
            }
            return (waiting.begun() ? "begins " : "joins ")
                    + waiting.operation().kind().wireName();
        }
        if (accepted instanceof Accepted.Running running) {
            EngineRow engine = running.engine();
            assertThat(daemon.answers(engine.engineId()) || daemon.hasCrashed(engine.engineId(), engine.incarnation()))
                    .as("an engine that answers, where one was admitted: %s", daemon.live(engine.engineId()))
                    .isTrue();
            return "is answered";
        }
        return accepted instanceof Accepted.Denied denied
                ? "is denied, " + denied.reason().wireName()
                : String.valueOf(accepted);
    }

    /** From here on a stop of before has been undone by somebody who may. */
    private void begun(Operation operation) {
        stopHolds = false;
        engines.add(operation.engineId());
        place.house(operation.engineId(), this, daemon);
        names.put(
                operation.operationId(),
                "%02d %s".formatted(names.size(), operation.kind().wireName()));
        start(operation);
    }

    /** As API, sweeps and watchers do after their commit. */
    private void start(Operation operation) {
        bring(operation, " begins", () -> place.starter.start(operation));
    }

    private void bring(Operation operation, String how, Runnable work) {
        Gate.Actor starter = gate.enter(Gate.Kind.STARTER, nameOf(operation.operationId()) + how, null);
        place.starters.execute(() -> {
            try {
                starter.act(() -> {
                    work.run();
                    return starter;
                });
            } catch (Gate.Died died) {
                // The relay will.
            } catch (Exception failed) {
                violate("it could not be brought to Temporal: " + failed);
            }
        });
    }

    private void relay() {
        look().map(Look::open).flatMap(this::operation).ifPresent(operation -> {
            tell("the relay looks after", nameOf(operation.operationId()));
            bring(operation, " relayed", () -> {
                Object unusedAttention = place.starter.attend(operation);
            });
        });
    }

    /** Nobody has used it for a day, and the sweep sees that. */
    private void beIdle() {
        if (seenIdle != null) {
            sleep();
            return;
        }
        look().filter(Look::isSettledRunning).ifPresent(engine -> {
            place.jdbi.useHandle(handle -> handle.execute(
                    "UPDATE engines SET stirred_at = clock_timestamp() - interval '1 day' WHERE engine_id = ?",
                    engine.engineId().value()));
            seenIdle = new Seen(engine.engineId(), engine.fence());
            tell("is seen idle", "");
            if (random.nextBoolean()) {
                sleep();
            }
        });
    }

    private void sleep() {
        if (seenIdle != null) {
            Seen seen = seenIdle;
            seenIdle = null;
            Optional<Operation> sleep = place.lifecycle.sleep(seen.engine(), seen.fence());
            tell(sleep.isPresent() ? "the sweep begins a sleep" : "the sweep begins nothing", "");
            sleep.ifPresent(this::begunOfItself);
        }
    }

    /** A stop that held holds on: nothing may begin of itself then. */
    private void begunOfItself(Operation operation) {
        boolean held = stopHolds;
        begun(operation);
        stopHolds = held;
    }

    private void crash() {
        if (daemon.crash()) {
            tell("its process is killed", "");
            crashed = true;
            look().map(Look::open).ifPresent(excused::add);
        }
    }

    /** The watcher sees it, and writes that down some time later. */
    private void lookAtHealth() {
        if (seenFailed != null) {
            judge(seenFailed);
            return;
        }
        look().filter(Look::isSettledRunning).ifPresent(engine -> {
            seenFailed = new Seen(engine.engineId(), engine.fence());
            tell("the watcher looks", "");
            if (random.nextBoolean()) {
                judge(seenFailed);
            }
        });
    }

    private void judge(Seen seen) {
        seenFailed = null;
        HealthFailure failure = daemon.answers(seen.engine())
                ? HealthFailure.unhealthy(3, "it answered 503")
                : HealthFailure.exited(137, null);
        Optional<Operation> recovery =
                place.jdbi.inTransaction(handle -> Recoveries.begin(handle, seen.engine(), seen.fence(), failure));
        tell(recovery.isPresent() ? "the watcher begins a recovery" : "the watcher begins nothing", "");
        recovery.ifPresent(this::begunOfItself);
    }

    private Optional<Operation> operation(OperationId id) {
        return place.jdbi.withExtension(OperationDao.class, operations -> operations.find(id));
    }

    private Optional<Look> look() {
        return Look.at(place.pool, product, user);
    }

    /** What must be true whenever nobody moves. */
    private void check() {
        if (violation != null) {
            throw new AssertionError(violation);
        }
        Optional<Look> now = look();
        for (EngineId engine : engines) {
            List<String> live = daemon.live(engine);
            assertThat(live).as("live processes of one volume").hasSizeLessThan(2);
            if (destroyed.contains(engine)) {
                assertThat(daemon.hasAnything(engine))
                        .as("there is something of a destroyed engine")
                        .isFalse();
                assertThat(now.map(Look::engineId)).isNotEqualTo(Optional.of(engine));
            }
        }
        now.ifPresent(this::check);
        assertThat(daemon.livePorts().size()).as("live processes of one user").isLessThan(2);
    }

    private void check(Look engine) {
        List<String> live = daemon.live(engine.engineId());
        if (stopHolds) {
            assertThat(engine.status())
                    .as("the state after an acknowledged stop")
                    .isEqualTo(EngineStatus.STOPPED);
            assertThat(live).as("live processes after an acknowledged stop").isEmpty();
        }
        if (engine.open() == null) {
            boolean fell = daemon.hasCrashed(engine.engineId(), engine.incarnation());
            switch (engine.status()) {
                case RUNNING ->
                    assertThat(live.equals(List.of("RUNNING #" + engine.incarnation())) || (live.isEmpty() && fell))
                            .as("processes of an engine that runs: %s", live)
                            .isTrue();
                case SLEEPING -> {
                    boolean frozen = live.equals(List.of("PAUSED #" + engine.incarnation()));
                    assertThat(engine.frozen() ? frozen || (live.isEmpty() && fell) : live.isEmpty())
                            .as("processes of an engine that sleeps: %s", live)
                            .isTrue();
                }
                case STOPPED, FAILED ->
                    assertThat(live).as("processes of an engine that is down").isEmpty();
                case PROVISIONING, DESTROYING -> throw new AssertionError("stuck in " + engine.status());
            }
        }
    }

    /** Nothing happens any more but what has to: everybody goes on, the relay and the watcher look. */
    private void comeToRest() {
        faults = 0;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            letAllGo();
            Optional<Look> now = look();
            if (now.map(Look::open).isPresent()) {
                relay();
            } else if (now.filter(this::hasFallen).isPresent()) {
                judge(new Seen(now.get().engineId(), now.get().fence()));
            } else {
                return;
            }
        }
        throw new AssertionError("it does not come to rest");
    }

    private boolean hasFallen(Look engine) {
        return engine.status() == EngineStatus.RUNNING && !daemon.answers(engine.engineId());
    }

    private void letAllGo() {
        while (true) {
            List<Gate.Actor> parked = gate.awaitQuiet(PATIENCE);
            check();
            if (parked.isEmpty()) {
                return;
            }
            letGo(parked.get(random.nextInt(parked.size())));
        }
    }

    private void checkTheEnd() {
        List<Operation> operations = operations();
        operations.forEach(this::checkEnd);
        Optional<EngineRow> row =
                place.jdbi.withExtension(EngineDao.class, rows -> rows.find(product, user));
        new AuditTrail(operations).replay(audit(), row.map(EngineRow::status).orElse(null));
        row.ifPresent(engine -> {
            assertThat(engine.pendingKeyHash())
                    .as("a key that no rotation brings in")
                    .isNull();
            assertThat(daemon.goesBy(engine.engineId(), engine.keyHash().toHex()))
                    .as("the live process goes by the engine's key")
                    .isTrue();
            assertThat(daemon.livePorts()).as("ports of live processes").allMatch(port -> port.equals(engine.port()));
        });
    }

    private void checkEnd(Operation operation) {
        tally.count(operation.kind().wireName() + " " + operation.status().wireName());
        switch (operation.status()) {
            case SUCCEEDED -> {}
            case CANCELLED ->
                assertThat(operation.supersededBy() != null || operation.kind() == OperationKind.SLEEP)
                        .as("cancelled for no reason: %s", nameOf(operation.operationId()))
                        .isTrue();
            case FAILED ->
                assertThat(excused.contains(operation.operationId())
                                || (crashed && operation.kind() == OperationKind.RECOVER))
                        .as("failed for no reason: %s, %s", nameOf(operation.operationId()), operation.errorMessage())
                        .isTrue();
            case PENDING, RUNNING -> throw new AssertionError("never ended: " + nameOf(operation.operationId()));
        }
    }

    private List<Operation> operations() {
        List<Operation> newestFirst = place.jdbi.withExtension(
                OperationDao.class,
                operations -> operations.page(new OperationQuery(product, null, user, null, null, null, null, 1_000)));
        List<Operation> inOrder = new ArrayList<>(newestFirst);
        Collections.reverse(inOrder);
        return inOrder;
    }

    private List<AuditEntry> audit() {
        List<AuditRecord> newestFirst = place.jdbi.withExtension(
                AuditDao.class,
                rows -> rows.page(new AuditQuery(product, user.value(), null, null, null, null, null, null, 1_000)));
        List<AuditEntry> inOrder = new ArrayList<>();
        newestFirst.forEach(row -> inOrder.add(0, row.entry()));
        return inOrder;
    }

    /** Its port is needed by others. */
    private void leave() {
        look().ifPresent(engine -> {
            Integer unusedCount = place.jdbi.withExtension(EngineDao.class, rows -> rows.delete(engine.engineId()));
        });
    }
}
