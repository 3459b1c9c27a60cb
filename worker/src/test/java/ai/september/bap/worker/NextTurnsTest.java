package ai.september.bap.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.operation.Failure;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationLedger;
import ai.september.bap.registry.operation.ProvisionTurns;
import ai.september.bap.registry.operation.Verb;
import ai.september.bap.registry.product.Policy;
import ai.september.bap.testing.TestDatabase;
import ai.september.bap.testing.registry.TestRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NextTurnsTest {

    @RegisterExtension
    final TestDatabase database = TestRegistry.database();

    private final List<Operation> started = new ArrayList<>();
    private TestRegistry registry;
    private ProvisionTurns turns;
    private OperationLedger ledger;

    @BeforeEach
    void open() {
        registry = new TestRegistry(database);
        turns = new ProvisionTurns(registry.jdbi);
        ledger = new OperationLedger(registry.jdbi, new NextTurns(turns, started::add, Runnable::run));
    }

    private List<Operation> provision(int users) {
        return Stream.generate(() -> registry.begin(Verb.PROVISION, TestRegistry.newUser()))
                .limit(users)
                .toList();
    }

    @Test
    void theNextTwoAreStartedAsSoonAsTwoHaveEndedWhateverBecameOfThem() {
        registry.limit(new Policy(null, null, null, 2, null));
        List<Operation> all = provision(5);
        assertThat(turns.giveAll()).hasSize(2);

        ledger.running(all.get(0).operationId(), 250, Instant.now());
        assertThat(started)
                .extracting(Operation::operationId)
                .containsExactly(all.get(2).operationId());
        ledger.failed(all.get(1).operationId(), new Failure(ErrorCode.BOOT_TIMEOUT, "It did not answer."));
        assertThat(started)
                .extracting(Operation::operationId)
                .containsExactly(all.get(2).operationId(), all.get(3).operationId());
    }

    @Test
    void theEndOfAnotherVerbAndOfWhoNeverWaitedStartsNothing() {
        EngineRow engine = registry.running();
        ledger.stopped(registry.begin(Verb.STOP, engine).operationId());
        ledger.running(provision(1).get(0).operationId(), 250, Instant.now());

        assertThat(started).isEmpty();
    }

    @Test
    void anOperationHasEndedEvenIfTheNextCannotBeStarted() {
        registry.limit(new Policy(null, null, null, 1, null));
        List<Operation> all = provision(2);
        assertThat(turns.giveAll()).hasSize(1);
        NextTurns temporalAway = new NextTurns(
                turns,
                next -> {
                    throw new IllegalStateException("no Temporal");
                },
                Runnable::run);

        new OperationLedger(registry.jdbi, temporalAway).running(all.get(0).operationId(), 250, Instant.now());

        assertThat(registry.operation(all.get(1).operationId()).waiting())
                .as("the relay starts it")
                .isFalse();
    }
}
