package ai.september.bap.worker.interleaving;

import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationDao;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.product.SleepMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** One user, and whatever is done to the user's engines, in the order that a seed makes of it. */
final class World {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int EVENTS = 8;
    private static final int MOST_FAULTS = 4;
    private static final int MOST_ROUNDS = 50;

    final Installation place;
    final ProductId product;
    final SleepMode sleepMode;
    final UserId user = new UserId(UUID.randomUUID().toString());
    final Tally tally;
    final Daemon daemon;
    private final int seed;
    private final Random random;
    private final Gate gate = new Gate();
    private final List<String> story = Collections.synchronizedList(new ArrayList<>());
    private final Map<OperationId, String> names = new ConcurrentHashMap<>();
    private final Truths truths = new Truths(this);
    private final Happenings happenings;

    /** The more of it, the further operations come before something else happens. */
    private final int leisure;

    private int events = EVENTS;
    private int faults;

    World(int seed, Installation place, ProductId product, SleepMode sleepMode, Tally tally) {
        this.seed = seed;
        this.random = new Random(seed);
        this.place = place;
        this.product = product;
        this.sleepMode = sleepMode;
        this.tally = tally;
        this.daemon = new Daemon(truths::violated);
        this.happenings = new Happenings(this, truths, random);
        this.leisure = 3 + 4 * random.nextInt(3);
        this.faults = random.nextInt(MOST_FAULTS + 1);
    }

    Gate gate() {
        return gate;
    }

    /** Its number among the user's operations, and what it does. */
    String nameOf(OperationId operation) {
        return String.valueOf(names.get(operation));
    }

    /** An operation on one of the user's engines has ended. */
    void ended(Operation operation) {
        story.add("    " + nameOf(operation.operationId()) + " is "
                + operation.status().wireName());
        truths.ended(operation);
    }

    /** Puts it into the story, and counts it. */
    void tell(String what) {
        story.add(what);
        tally.count(what);
    }

    private void tell(String what, Gate.Actor whom) {
        story.add("  " + whom + ", " + what);
        tally.count(what);
    }

    /**
     * Everything that happens, with what must be true after each step and in the end.
     *
     * @throws AssertionError if it is not, with seed and story
     */
    void run() {
        try {
            new Beginning(this).choose(random.nextInt(6));
            while (events > 0) {
                step();
            }
            comeToRest();
            truths.checkTheEnd();
            place.vacate(product, user);
        } catch (RuntimeException | AssertionError failed) {
            throw new AssertionError(
                    "seed " + seed + ": " + failed.getMessage() + "\n" + String.join("\n", story), failed);
        }
    }

    private void step() {
        List<Gate.Actor> parked = awaitQuiet();
        boolean onlyStale = parked.stream().allMatch(Gate.Actor::isStale);
        if (onlyStale ? random.nextInt(3) > 0 : random.nextInt(leisure) == 0) {
            events--;
            happenings.next();
        } else if (!parked.isEmpty()) {
            letGo(choose(parked));
        }
    }

    private List<Gate.Actor> awaitQuiet() {
        List<Gate.Actor> parked = gate.awaitQuiet(PATIENCE);
        truths.check();
        return parked;
    }

    /** What is stale does most harm when it comes late. */
    private Gate.Actor choose(List<Gate.Actor> parked) {
        List<Gate.Actor> wanted =
                parked.stream().filter(actor -> !actor.isStale()).toList();
        List<Gate.Actor> some = wanted.isEmpty() || random.nextInt(8) == 0 ? parked : wanted;
        return some.get(random.nextInt(some.size()));
    }

    private void letGo(Gate.Actor actor) {
        if (faults == 0 || actor.isStale() || random.nextInt(5) > 0) {
            tell("goes on", actor);
            gate.release(actor, Gate.Fate.GOES_ON);
            return;
        }
        faults--;
        switch (actor.kind) {
            case RECORD -> {
                tell("loses its answer", actor);
                gate.release(actor, Gate.Fate.LOSES_ITS_ANSWER);
            }
            case STARTER -> {
                if (actor.isAskingForHealth()) {
                    tell("goes on", actor);
                    gate.release(actor, Gate.Fate.GOES_ON);
                } else {
                    die(actor);
                }
            }
            case STEP -> {
                if (random.nextInt(4) == 0 && !actor.isAskingForHealth()) {
                    die(actor);
                } else {
                    tell("becomes a zombie", actor);
                    place.steps.abandon(actor);
                }
            }
        }
    }

    private void die(Gate.Actor actor) {
        tell("dies", actor);
        gate.release(actor, Gate.Fate.DIES);
    }

    /** Somebody has begun an operation: it is known from now on, and brought to Temporal as after any commit. */
    void begun(Operation operation) {
        remember(operation);
        boolean heardOf = operation.kind() == OperationKind.WAKE && random.nextInt(4) > 0;
        if (heardOf) {
            bring(operation, "is heard of", () -> place.wakeEagerly(operation));
        }
        // Who has begun by then need not be started; the relay starts what is lost.
        if (!heardOf || random.nextBoolean()) {
            bring(operation, "begins", () -> place.starter.start(operation));
        }
    }

    /** What is done to its engine from now on is done in this world. */
    void remember(Operation operation) {
        truths.began(operation);
        place.house(operation.engineId(), this, daemon);
        names.put(
                operation.operationId(),
                "%02d %s".formatted(names.size(), operation.kind().wireName()));
    }

    private void bring(Operation operation, String how, Runnable work) {
        Gate.Actor starter = gate.enter(Gate.Kind.STARTER, nameOf(operation.operationId()) + " " + how, null);
        place.starters.execute(() -> {
            try {
                starter.act(() -> {
                    work.run();
                    return starter;
                });
            } catch (Gate.Died died) {
                // The relay will.
            } catch (Exception failed) {
                truths.violated("it could not be brought to Temporal: " + failed);
            }
        });
    }

    /** The relay comes round. */
    void relay() {
        look().map(Look::open).flatMap(this::operation).ifPresent(operation -> {
            tell("the relay looks");
            bring(operation, "is relayed", () -> {
                Object unusedAttention = place.starter.attend(operation);
            });
        });
    }

    private Optional<Operation> operation(OperationId id) {
        return place.jdbi.withExtension(OperationDao.class, operations -> operations.find(id));
    }

    /** What the rows say now. */
    Optional<Look> look() {
        return Look.at(place.pool, product, user);
    }

    /** Nothing happens any more but what has to: everybody goes on, relay and watcher look. */
    private void comeToRest() {
        faults = 0;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            letAllGo();
            Optional<Look> now = look();
            if (now.map(Look::open).isPresent()) {
                relay();
            } else if (now.filter(this::hasFallen).isPresent()) {
                happenings.judge(now.get());
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
        for (List<Gate.Actor> parked = awaitQuiet(); !parked.isEmpty(); parked = awaitQuiet()) {
            letGo(choose(parked));
        }
    }
}
