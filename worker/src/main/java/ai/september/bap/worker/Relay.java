package ai.september.bap.worker;

import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.operation.OperationDao;
import ai.september.bap.registry.operation.ProvisionTurns;
import ai.september.bap.workflows.OperationStarter;
import ai.september.bap.workflows.OperationStarter.Attention;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that every open operation is being carried out: what was committed and not started is started, what
 * Temporal has lost is started again, what an operator ended there is closed; provisions that wait for their turn get it. Any
 * number of workers may do so at once.
 */
final class Relay implements Runnable {

    static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    /** The API starts an operation right after its commit; after this long it evidently did not. */
    private static final Duration UNSTARTED = Duration.ofSeconds(2);

    /** How often a started operation is looked after. */
    private static final Duration UNCHECKED = Duration.ofSeconds(5);

    private static final int BATCH = 100;

    private final Jdbi jdbi;
    private final OperationStarter starter;
    private final ProvisionTurns turns;
    private final BiConsumer<Operation, Attention> onAttention;
    private boolean first = true;

    /** A relay that tells {@code onAttention} what it had to do about which operation. */
    Relay(Jdbi jdbi, OperationStarter starter, BiConsumer<Operation, Attention> onAttention) {
        this.onAttention = onAttention;
        this.jdbi = jdbi;
        this.turns = new ProvisionTurns(jdbi);
        this.starter = starter;
    }

    @Override
    public void run() {
        // At the start nothing is known: whatever is open may have been lost with the process before.
        Duration unchecked = first ? Duration.ZERO : UNCHECKED;
        Duration unstarted = first ? Duration.ZERO : UNSTARTED;
        List<Operation> unattended = jdbi.withExtension(
                OperationDao.class, operations -> operations.claimUnattended(unstarted, unchecked, BATCH));
        first = false;
        unattended.forEach(this::attend);
        turns.giveAll().forEach(this::attend);
    }

    private void attend(Operation operation) {
        try {
            onAttention.accept(operation, starter.attend(operation));
        } catch (RuntimeException passing) {
            LOG.warn("operation {} could not be looked after yet: {}", operation.operationId(), passing.toString());
        }
    }
}
