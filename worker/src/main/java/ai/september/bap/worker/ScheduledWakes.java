package ai.september.bap.worker;

import ai.september.bap.registry.operation.Lifecycle;
import ai.september.bap.registry.operation.Operation;
import ai.september.bap.registry.schedule.Schedules;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fires the schedules that are due, of any host's engines. Any number of workers may do so at once. */
final class ScheduledWakes implements Runnable {

    static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledWakes.class);

    /** Half a second's work, or so: a fleet that is to be woken in the same minute is woken within it. */
    private static final int MOST = 100;

    private final Schedules schedules;
    private final Lifecycle lifecycle;
    private final Consumer<Operation> start;

    /** Wakes that are carried out by {@code start}; where that fails, the relay will. */
    ScheduledWakes(Schedules schedules, Lifecycle lifecycle, Consumer<Operation> start) {
        this.schedules = schedules;
        this.lifecycle = lifecycle;
        this.start = start;
    }

    @Override
    public void run() {
        for (int fired = 0; fired < MOST; fired++) {
            if (!schedules.fireNext(lifecycle, this::begin)) {
                return;
            }
        }
    }

    private void begin(Operation wake) {
        try {
            start.accept(wake);
        } catch (RuntimeException temporalAway) {
            LOG.info("operation {} left to the relay: {}", wake.operationId(), temporalAway.toString());
        }
    }
}
