package ai.september.bap.api.activity;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.activity.ActivityDao;
import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.database.RegistryJdbi;
import ai.september.bap.registry.engine.EngineDao;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.engine.EngineStatus;
import ai.september.bap.registry.engine.SealedKey;
import ai.september.bap.registry.operation.Accepted;
import ai.september.bap.registry.operation.AdmitFlags;
import ai.september.bap.registry.operation.Lifecycle;
import ai.september.bap.registry.operation.LifecycleRequest;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationDao;
import ai.september.bap.registry.operation.OperationKind;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.SupersededException;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.operation.Wakefulness;
import ai.september.bap.registry.product.SleepMode;
import ai.september.bap.registry.sleep.IdleDao;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Sleep, admits at two replicas, and the replicas' stamps, each in the single steps that others can come between, in every
 * order that a seed makes of them, against the real registry. What must never be: that an engine is frozen after an answered
 * admit which the sleep had not seen, or that an admit is answered while the engine is frozen.
 * {@code -Dinterleavings=N} for more of them, {@code -Dinterleavings.seed=S} for one.
 */
class SleepAndAdmitTest {

    private static final int INTERLEAVINGS = Integer.getInteger("interleavings", 500);
    private static final int STEPS = 40;

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private static Connection connection;
    private static Jdbi jdbi;
    private static Lifecycle lifecycle;
    private static OperationLedger ledger;
    private static EngineRow engine;
    private static List<Activity> replicas;

    private static int frozen;
    private static int calledOff;
    private static int takenBack;
    private static int woken;
    private static int hot;

    /** All by one connection, because a statement is soon done, and a connection not soon made. */
    @BeforeAll
    static void open() throws SQLException {
        engine = new TestRegistry(db).running();
        connection = db.dataSource().getConnection();
        jdbi = RegistryJdbi.configure(Jdbi.create(connection));
        lifecycle = new Lifecycle(jdbi, SleepAndAdmitTest::noKeys, ended -> {});
        ledger = new OperationLedger(jdbi);
        replicas = List.of(replica(), replica());
    }

    private static Activity replica() {
        Activity replica = new Activity(jdbi, new SimpleMeterRegistry(), Duration.ZERO);
        assertThat(replica.write()).isTrue();
        return replica;
    }

    private static SealedKey noKeys() {
        throw new AssertionError("nobody asks for an engine");
    }

    private static EngineRow row() {
        return jdbi.withExtension(EngineDao.class, engines -> engines.find(engine.engineId()))
                .orElseThrow();
    }

    private static Accepted request(Verb verb, AdmitFlags flags) {
        return lifecycle.request(
                LifecycleRequest.of(verb, engine.productId(), engine.userId(), Actor.SYSTEM, engine.image(), flags));
    }

    @AfterAll
    static void close() throws SQLException {
        replicas.forEach(Activity::stop);
        connection.close();
    }

    @Test
    void anAnsweredAdmitIsNeverFollowedByASleepThatHadNotSeenIt() {
        Integer seed = Integer.getInteger("interleavings.seed");
        if (seed != null) {
            new Interleaving(seed).run();
            return;
        }
        for (int n = 0; n < INTERLEAVINGS; n++) {
            new Interleaving(n).run();
        }
        // A test that never got anywhere would prove nothing.
        assertThat(List.of(frozen, calledOff, takenBack, woken, hot))
                .as("frozen, called off, taken back, woken, admitted on the hot path")
                .allSatisfy(times -> assertThat(times).isGreaterThan(INTERLEAVINGS / 100));
    }

    /** One order of things. */
    private static final class Interleaving {

        private final int seed;
        private final Random random;
        private final List<String> happened = new ArrayList<>();
        private final List<Admit> admits = new ArrayList<>();
        private final Sleep sleep = new Sleep();
        private @Nullable Operation wake;
        private boolean isFrozen;
        private int answered;

        Interleaving(int seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void run() {
            prepare();
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(10)) {
                    case 0, 1 -> admitGoesOn();
                    case 2, 3 -> replicas.get(random.nextInt(2)).write();
                    case 4 -> wakeGoesOn();
                    default -> sleep.goOn();
                }
            }
            tidyUp();
        }

        /** The engine runs, and nobody has used it for a day. */
        private void prepare() {
            jdbi.useTransaction(handle -> {
                handle.execute("UPDATE products SET policy = '{\"idle_timeout_s\": 3600}'");
                handle.execute("UPDATE engines SET stirred_at = clock_timestamp() - interval '1 day'");
                handle.execute("DELETE FROM engine_activity");
            });
        }

        private void admitGoesOn() {
            List<Admit> open = admits.stream().filter(admit -> !admit.over).toList();
            if (open.isEmpty() || (open.size() < 3 && random.nextInt(3) == 0)) {
                admits.add(new Admit(replicas.get(random.nextInt(2)), random.nextBoolean()));
            } else {
                open.get(random.nextInt(open.size())).goOn();
            }
        }

        private void wakeGoesOn() {
            if (wake != null) {
                happened.add("wake");
                isFrozen = false;
                ledger.running(wake.operationId(), 1, Instant.now());
                wake = null;
                woken++;
            }
        }

        private void answer(String how) {
            happened.add(how);
            answered++;
            if (isFrozen) {
                throw new AssertionError("seed " + seed + ": admitted, though frozen: " + happened);
            }
        }

        private void freeze() {
            happened.add("freeze");
            if (answered > 0) {
                throw new AssertionError("seed " + seed + ": an answered admit was not seen: " + happened);
            }
            isFrozen = true;
            frozen++;
        }

        private void tidyUp() {
            admits.stream().filter(admit -> !admit.over).forEach(Admit::giveUp);
            sleep.giveUp();
            wakeGoesOn();
            if (row().status() == EngineStatus.SLEEPING) {
                Accepted.Waiting start = (Accepted.Waiting) request(Verb.START, AdmitFlags.NONE);
                ledger.running(start.operation().operationId(), 1, Instant.now());
            }
            replicas.forEach(Activity::write);
            replicas.forEach(Activity::write);
        }

        /** One request, as AdmitService has it: a look, a stamp, an answer; or another way. */
        private final class Admit {

            private final Activity replica;
            private final boolean autoWake;
            private final Reading reading;
            private @Nullable Boolean up;
            private boolean stamped;
            private boolean over;

            Admit(Activity replica, boolean autoWake) {
                this.replica = replica;
                this.autoWake = autoWake;
                this.reading = replica.beginReading();
            }

            void goOn() {
                if (up == null) {
                    up = isUp();
                    happened.add("look: " + up);
                } else if (!up) {
                    reading.close();
                    over = true;
                    askTheRow();
                } else if (!stamped) {
                    stamped = replica.admitted(engine.engineId());
                    reading.close();
                    up = stamped;
                } else {
                    over = true;
                    hot++;
                    answer("answer by what was read");
                }
            }

            void giveUp() {
                reading.close();
                over = true;
            }

            private boolean isUp() {
                return row().status() == EngineStatus.RUNNING
                        && jdbi.withExtension(OperationDao.class, operations -> operations.findOpen(engine.engineId()))
                                .isEmpty();
            }

            private void askTheRow() {
                boolean dozed = sleep.operation != null && !sleep.touched;
                Accepted accepted = request(Verb.ADMIT, new AdmitFlags(false, autoWake));
                if (accepted instanceof Accepted.Running) {
                    calledOff += dozed ? 1 : 0;
                    answer("answer by the row");
                } else if (accepted instanceof Accepted.Waiting waiting && waiting.begun()) {
                    happened.add("begin " + waiting.operation().kind());
                    assertThat(waiting.operation().kind()).isEqualTo(OperationKind.WAKE);
                    wake = waiting.operation();
                }
            }
        }

        /** One sleep after the other, as sweep, step and workflow have it. */
        private final class Sleep {

            private @Nullable Operation operation;
            private @Nullable Instant begun;
            private int step;
            private boolean touched;

            void goOn() {
                try {
                    if (operation == null) {
                        begin();
                    } else {
                        goOn(operation);
                    }
                } catch (SupersededException ofThePast) {
                    happened.add("superseded");
                    end();
                }
            }

            private void begin() {
                long fence = row().fence();
                Optional<Operation> came = lifecycle.sleep(engine.engineId(), fence);
                came.ifPresent(begunNow -> happened.add("sleep"));
                operation = came.orElse(null);
            }

            private void goOn(Operation sleeping) {
                switch (step) {
                    case 0 -> begun = jdbi.withExtension(ActivityDao.class, ActivityDao::now);
                    case 1 -> {
                        if (isAnyBehind()) {
                            return;
                        }
                    }
                    case 2, 4 -> {
                        if (!wasIdle(sleeping)) {
                            takenBack++;
                            happened.add("taken back");
                            ledger.staysAwake(sleeping.operationId(), Wakefulness.NOT_IDLE);
                            end();
                            return;
                        }
                    }
                    case 3 -> {
                        ledger.touch(sleeping.operationId());
                        touched = true;
                        happened.add("touch");
                    }
                    case 5 -> {
                        // As under the engine's lock: a wake that has superseded it waits for that.
                        if (!ledger.isCurrent(sleeping.operationId())) {
                            throw new SupersededException(sleeping.operationId());
                        }
                        freeze();
                    }
                    default -> {
                        ledger.asleep(sleeping.operationId(), SleepMode.PAUSE);
                        happened.add("asleep");
                        end();
                        return;
                    }
                }
                step++;
            }

            private boolean isAnyBehind() {
                Instant since = requireNonNull(begun);
                return jdbi.withExtension(ActivityDao.class, stamps -> stamps.countBehind(since)) > 0;
            }

            private boolean wasIdle(Operation sleeping) {
                return jdbi.withExtension(IdleDao.class, rows -> rows.wasIdle(sleeping.operationId()));
            }

            private void end() {
                operation = null;
                begun = null;
                step = 0;
                touched = false;
            }

            void giveUp() {
                if (operation != null) {
                    try {
                        if (isFrozen) {
                            ledger.asleep(operation.operationId(), SleepMode.PAUSE);
                        } else {
                            ledger.staysAwake(operation.operationId(), Wakefulness.NOT_ANSWERING);
                        }
                    } catch (SupersededException ofThePast) {
                        happened.add("superseded");
                    }
                    end();
                }
            }
        }
    }
}
