package ai.september.bap.activities.steps;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.operation.EngineLock;
import ai.september.bap.registry.operation.StepName;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.testing.Await;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import ai.september.bap.workflows.FailureTypes;
import ai.september.bap.workflows.OperationRef;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.testing.TestActivityEnvironment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A step that blocks, and who may wake it. */
@Timeout(60)
class StepGuardTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    final TestDatabase database = TestRegistry.database();

    private final TestActivityEnvironment temporal = TestActivityEnvironment.newInstance();
    private final List<String> heartbeats = new CopyOnWriteArrayList<>();
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final CountDownLatch blocking = new CountDownLatch(1);
    private final AtomicBoolean interruptedAfterwards = new AtomicBoolean();

    private TestRegistry registry;
    private FencedStep fenced;
    private OperationRef operation;

    /** A step that blocks until the test is done with it. */
    @ActivityInterface
    public interface Blocking {
        void block();
    }

    @BeforeEach
    void open() {
        registry = new TestRegistry(database, 9001, 1);
        operation = OperationRef.to(registry.begin(Verb.PROVISION, TestRegistry.newUser()));
        fenced = new FencedStep(registry.ledger, new EngineLock(registry.jdbi), 1, StepObserver.NOBODY);
        temporal.registerActivitiesImplementations((Blocking) this::block);
        temporal.setActivityHeartbeatListener(String.class, heartbeats::add);
    }

    @AfterEach
    void close() {
        mayEnd.countDown();
        fenced.close();
        temporal.close();
    }

    private void block() {
        try {
            fenced.unlocked(operation, StepName.AWAIT_HEALTHY, journal -> {
                journal.waitsFor("the test");
                blocking.countDown();
                mayEnd.await();
                return operation;
            });
        } finally {
            interruptedAfterwards.set(Thread.currentThread().isInterrupted());
        }
    }

    /** A step under way, for an operation that is current. */
    private FutureTask<@Nullable Throwable> step() throws InterruptedException {
        Blocking stub = temporal.newActivityStub(
                Blocking.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofMinutes(5))
                        // The SDK sends one heartbeat in four fifths of this, and drops what comes in between.
                        .setHeartbeatTimeout(Duration.ofSeconds(1))
                        .build());
        FutureTask<@Nullable Throwable> outcome = new FutureTask<>(() -> {
            try {
                stub.block();
                return null;
            } catch (ActivityFailure failure) {
                return failure.getCause();
            } catch (CanceledFailure cancelled) {
                return cancelled;
            }
        });
        new Thread(outcome).start();
        blocking.await();
        return outcome;
    }

    private @Nullable Throwable end(FutureTask<@Nullable Throwable> step) throws Exception {
        return step.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aStepThatIsWantedComesToItsEnd() throws Exception {
        FutureTask<@Nullable Throwable> step = step();
        Await.atMost(SOON, "it was looked after").until(() -> heartbeats.contains("waits for the test"));

        mayEnd.countDown();

        assertThat(end(step)).isNull();
    }

    @Test
    void aSupersededStepIsWokenAndLeavesNoInterruptBehind() throws Exception {
        FutureTask<@Nullable Throwable> step = step();
        registry.jdbi.useHandle(handle -> handle.execute("UPDATE engines SET fence = fence + 1"));

        assertThat(end(step)).isInstanceOfSatisfying(ApplicationFailure.class, failure -> {
            assertThat(failure.getType()).isEqualTo(FailureTypes.SUPERSEDED);
            assertThat(failure.isNonRetryable()).isTrue();
        });
        assertThat(interruptedAfterwards).isFalse();
    }

    @Test
    void aCancelledStepIsWoken() throws Exception {
        FutureTask<@Nullable Throwable> step = step();

        temporal.requestCancelActivity();

        assertThat(end(step)).isInstanceOf(CanceledFailure.class);
        assertThat(interruptedAfterwards).isFalse();
    }

    @Test
    void aDatabaseThatHangsStopsNoHeartbeat() throws Exception {
        FutureTask<@Nullable Throwable> step = step();
        try (Handle other = registry.jdbi.open()) {
            other.begin();
            other.execute("LOCK TABLE operations IN ACCESS EXCLUSIVE MODE");
            Await.atMost(SOON, "a fence check hangs").until(() -> waitingForTheTable() == 1);
            int before = heartbeats.size();
            Await.atMost(SOON, "heartbeats go on").until(() -> heartbeats.size() >= before + 2);
            assertThat(waitingForTheTable()).as("checks in flight").isEqualTo(1);
            other.rollback();
        }
        mayEnd.countDown();

        assertThat(end(step)).isNull();
    }

    private long waitingForTheTable() {
        return registry.jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT count(*) FROM pg_locks WHERE relation = 'operations'::regclass AND NOT granted")
                .mapTo(Long.class)
                .one());
    }
}
