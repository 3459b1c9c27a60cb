package ai.september.bap.worker.interleaving;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.OperationStatus;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What must be true of a user's engines, whatever is done to them in whatever order. */
final class Truths {

    private final World world;
    private final Set<EngineId> engines = new HashSet<>();
    private final Set<EngineId> destroyed = ConcurrentHashMap.newKeySet();

    /** Operations in whose time a process was killed: they may fail. */
    private final Set<OperationId> excused = new HashSet<>();

    private boolean anyCrashed;

    /** Whether a stop has succeeded, and nobody has asked for the engine since. */
    private volatile boolean stopHolds;

    private volatile @Nullable String violation;

    Truths(World world) {
        this.world = world;
    }

    /** Something that must never be has been seen. */
    void violated(String what) {
        violation = what;
    }

    void began(Operation operation) {
        engines.add(operation.engineId());
    }

    void ended(Operation operation) {
        if (operation.status() == OperationStatus.SUCCEEDED) {
            switch (operation.kind()) {
                case STOP -> stopHolds = true;
                case DESTROY -> destroyed.add(operation.engineId());
                default -> {}
            }
        }
    }

    /** A client has begun an operation: a stop of before does not hold any more. */
    void askedFor() {
        stopHolds = false;
    }

    void crashed(Optional<OperationId> meanwhile) {
        anyCrashed = true;
        meanwhile.ifPresent(excused::add);
    }

    /** Who is told that the engine runs finds one that answers, unless it has died since. */
    void checkAnswer(EngineRow engine) {
        assertThat(world.daemon.answers(engine.engineId())
                        || world.daemon.hasCrashed(engine.engineId(), engine.incarnation()))
                .as(
                        "an engine that answers, where one was admitted; there are %s",
                        world.daemon.live(engine.engineId()))
                .isTrue();
    }

    /** What must be true whenever nobody moves. */
    void check() {
        if (violation != null) {
            throw new AssertionError(violation);
        }
        assertThat(world.daemon.livePorts().size())
                .as("live processes of one user")
                .isLessThan(2);
        Optional<Look> now = world.look();
        for (EngineId engine : engines) {
            assertThat(world.daemon.live(engine).size())
                    .as("live processes of one volume")
                    .isLessThan(2);
            if (destroyed.contains(engine)) {
                assertThat(world.daemon.hasAnything(engine))
                        .as("there is something of a destroyed engine")
                        .isFalse();
                assertThat(now.map(Look::engineId)).isNotEqualTo(Optional.of(engine));
            }
        }
        now.ifPresent(this::check);
    }

    private void check(Look engine) {
        List<String> live = world.daemon.live(engine.engineId());
        if (stopHolds) {
            assertThat(engine.status())
                    .as("the state after an acknowledged stop")
                    .isEqualTo(EngineStatus.STOPPED);
            assertThat(live).as("live processes after an acknowledged stop").isEmpty();
        }
        if (engine.open() == null) {
            assertThat(isAsItShould(engine, live))
                    .as("processes of an engine that is %s: %s", engine.status(), live)
                    .isTrue();
        }
    }

    /** Whether rows and processes agree while nothing is being done. */
    private boolean isAsItShould(Look engine, List<String> live) {
        boolean fell = live.isEmpty() && world.daemon.hasCrashed(engine.engineId(), engine.incarnation());
        return switch (engine.status()) {
            case RUNNING -> fell || live.equals(List.of("RUNNING #" + engine.incarnation()));
            case SLEEPING ->
                engine.frozen() ? fell || live.equals(List.of("PAUSED #" + engine.incarnation())) : live.isEmpty();
            case STOPPED, FAILED -> live.isEmpty();
            case PROVISIONING, DESTROYING -> false;
        };
    }

    /** What must be true when nothing is left to do. */
    void checkTheEnd() {
        List<Operation> operations = world.place.operations(world.product, world.user);
        operations.forEach(this::checkEnd);
        Optional<EngineRow> row = world.place.engine(world.product, world.user);
        new AuditTrail(operations)
                .replay(
                        world.place.audit(world.product, world.user),
                        row.map(EngineRow::status).orElse(null));
        row.ifPresent(engine -> {
            assertThat(engine.pendingKeyHash())
                    .as("a key that no rotation brings in")
                    .isNull();
            assertThat(world.daemon.goesBy(engine.engineId(), engine.keyHash().toHex()))
                    .as("the live process goes by the engine's key")
                    .isTrue();
            assertThat(world.daemon.livePorts())
                    .as("ports of live processes")
                    .allMatch(port -> port.equals(engine.port()));
        });
    }

    private void checkEnd(Operation operation) {
        String name = world.nameOf(operation.operationId());
        world.tally.count(operation.kind().wireName() + " " + operation.status().wireName());
        switch (operation.status()) {
            case SUCCEEDED -> {}
            case CANCELLED ->
                assertThat(operation.supersededBy() != null || operation.kind() == OperationKind.SLEEP)
                        .as("%s was cancelled for no reason", name)
                        .isTrue();
            case FAILED -> {
                boolean gaveUp = anyCrashed && operation.kind() == OperationKind.RECOVER;
                assertThat(gaveUp || excused.contains(operation.operationId()))
                        .as("%s failed for no reason: %s", name, operation.errorMessage())
                        .isTrue();
            }
            case PENDING, RUNNING -> throw new AssertionError(name + " never ended");
        }
    }
}
