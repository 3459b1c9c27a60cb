package ai.september.bap.registry.operation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.TestRegistry;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.id.ImageRef;
import ai.september.bap.registry.id.UserId;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Everybody asks everything of the same few engines at once, while workers carry operations out and fail at it. */
class NoDeadlockTest {

    private static final int CALLERS = 16;
    private static final int WORKERS = 4;
    private static final int REQUESTS_EACH = 125;
    private static final long SEED = 20260101;
    private static final List<Verb> VERBS = List.of(Verb.values());

    private static final List<ImageRef> IMAGES = List.of(TestRegistry.IMAGE, new ImageRef("september-engine:2.4.0"));

    @RegisterExtension
    static final TestDatabase db = TestRegistry.database();

    private final AtomicInteger callersLeft = new AtomicInteger(CALLERS);
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();

    @Test
    void anyMixtureOfRequestsEndsInOrder() throws Exception {
        TestRegistry registry = TestRegistry.on(db, new Policy(5, null));
        List<UserId> users = Stream.generate(TestRegistry::newUser).limit(6).toList();

        Crowd.of(CALLERS + WORKERS, number -> {
            if (number < CALLERS) {
                call(registry, users, new Random(SEED + number));
            } else {
                work(registry, new Random(SEED + number));
            }
        });

        assertThat(answered).hasValue(CALLERS * REQUESTS_EACH);
        assertThat(begun).hasValueGreaterThan(CALLERS);
        assertConsistent(registry);
    }

    private void call(TestRegistry registry, List<UserId> users, Random random) {
        try {
            for (int i = 0; i < REQUESTS_EACH; i++) {
                Verb verb = VERBS.get(random.nextInt(VERBS.size()));
                try {
                    Accepted accepted = registry.request(
                            verb,
                            users.get(random.nextInt(users.size())),
                            new AdmitFlags(random.nextBoolean(), random.nextBoolean()),
                            IMAGES.get(random.nextInt(IMAGES.size())));
                    if (accepted instanceof Accepted.Waiting waiting && waiting.begun()) {
                        begun.incrementAndGet();
                    }
                } catch (BapException refused) {
                    assertThat(refused.code().httpStatus()).isLessThan(500);
                }
                answered.incrementAndGet();
            }
        } finally {
            callersLeft.decrementAndGet();
        }
    }

    /** Takes operations as a relay does and carries them out in no particular way, until nobody asks any more. */
    private void work(TestRegistry registry, Random random) {
        boolean last;
        do {
            last = callersLeft.get() == 0;
            List<Operation> claimed = registry.jdbi.withExtension(
                    OperationDao.class,
                    operations -> operations.claimUnattended(Duration.ofNanos(1000), Duration.ofNanos(1000), 3));
            for (Operation operation : claimed) {
                try {
                    carryOut(registry, operation, random);
                } catch (SupersededException letGo) {
                    assertThat(registry.operation(operation.operationId())
                                    .status()
                                    .isEnded())
                            .isTrue();
                }
            }
            if (claimed.isEmpty()) {
                LockSupport.parkNanos(2_000_000); // as a relay pauses; nothing waits for this
            }
            last &= claimed.isEmpty();
        } while (!last);
    }

    private static void carryOut(TestRegistry registry, Operation operation, Random random) {
        registry.ledger.begin(operation.operationId());
        for (StepName step : operation.kind().steps()) {
            registry.ledger.beginStep(operation.operationId(), step);
            if (random.nextInt(4) == 0 && step == StepName.LAUNCH_CONTAINER) {
                registry.ledger.reassignPort(operation.operationId());
            }
            if (random.nextInt(8) == 0 && operation.kind() != OperationKind.DESTROY) {
                registry.ledger.failed(operation.operationId(), TestRegistry.FAILURE);
                return;
            }
            registry.ledger.endStep(operation.operationId(), step, OperationStatus.SUCCEEDED, null);
        }
        registry.succeed(operation);
    }

    private static void assertConsistent(TestRegistry registry) {
        assertNone(registry, "an operation that nobody ended", """
                SELECT operation_id FROM operations WHERE finished_at IS NULL""");
        assertNone(registry, "a fence that is not the number of operations", """
                SELECT e.engine_id FROM engines e
                WHERE fence <> (SELECT count(*) FROM operations o WHERE o.engine_id = e.engine_id)""");
        assertNone(registry, "two operations with one fence", """
                SELECT engine_id FROM operations GROUP BY engine_id, fence HAVING count(*) > 1""");
        assertNone(registry, "an operation superseded by another than the next", """
                SELECT o.operation_id FROM operations o JOIN operations s ON s.operation_id = o.superseded_by
                WHERE s.engine_id <> o.engine_id OR s.fence <> o.fence + 1 OR o.status <> 'cancelled'""");
        assertNone(registry, "an operation that ended before it began, or after its successor began", """
                SELECT o.operation_id FROM operations o
                    LEFT JOIN operations s ON s.engine_id = o.engine_id AND s.fence = o.fence + 1
                WHERE o.finished_at < o.created_at OR o.finished_at < o.started_at OR s.created_at < o.finished_at""");
        assertNone(registry, "an operation without its one audit row", """
                SELECT o.operation_id FROM operations o
                WHERE 1 <> (SELECT count(*) FROM audit_log a WHERE a.metadata->>'operation_id' = o.operation_id::text
                    AND a.action = o.kind AND a.metadata->>'outcome' = o.status)""");
        assertNone(registry, "a step that is still open", """
                SELECT operation_id FROM operation_steps WHERE status IN ('pending', 'running')""");
        assertNone(registry, "a row that is neither gone nor settled", """
                SELECT engine_id FROM engines WHERE status IN ('provisioning', 'destroying')
                    OR pending_key_hash IS NOT NULL""");
        assertNone(registry, "a running engine without a port", """
                SELECT engine_id FROM engines WHERE status = 'running' AND port IS NULL""");
        assertNone(registry, "totals that do not add up", """
                SELECT product_id FROM product_totals t WHERE
                    provisions <> (SELECT count(*) FROM operations o WHERE o.product_id = t.product_id
                        AND kind = 'provision' AND status = 'succeeded')
                    OR destroys <> (SELECT count(*) FROM operations o WHERE o.product_id = t.product_id
                        AND kind = 'destroy' AND status = 'succeeded')""");
        assertNone(registry, "engines above the quota", """
                SELECT product_id FROM engines GROUP BY product_id HAVING count(*) > 5""");
        assertThat(registry.count("SELECT count(*) FROM operations WHERE superseded_by IS NOT NULL"))
                .as("pre-emptions that were tried")
                .isPositive();
    }

    private static void assertNone(TestRegistry registry, String what, String sql) {
        List<String> found = registry.jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(String.class).list());
        assertThat(found).as(what).isEmpty();
    }
}
