package ai.september.bap.local.dev;

import ai.september.bap.local.stage.Running;
import ai.september.bap.local.stage.Stage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stages that start in order, each with what those before it provide, and stop in reverse. One thread's. */
final class StageStack {

    private static final Logger LOG = LoggerFactory.getLogger(StageStack.class);

    private record Up(String name, Running running) {}

    private final Console console;
    private final StopRequest stop;
    private final Deque<Up> up = new ArrayDeque<>();

    StageStack(Console console, StopRequest stop) {
        this.console = console;
        this.stop = stop;
    }

    /**
     * Starts them.
     *
     * @return what the user may want to open, by label
     * @throws InterruptedException when it is to stop meanwhile
     */
    Map<String, String> start(List<Stage> stages, Map<String, String> given) throws InterruptedException {
        Map<String, String> environment = new HashMap<>(given);
        Map<String, String> addresses = new LinkedHashMap<>();
        for (Stage stage : stages) {
            if (stop.isMade()) {
                throw new InterruptedException("stop requested");
            }
            Running running = start(stage, environment);
            environment.putAll(running.environment());
            addresses.putAll(running.addresses());
        }
        return addresses;
    }

    private Running start(Stage stage, Map<String, String> environment) throws InterruptedException {
        long began = System.nanoTime();
        Running running = stage.start(Map.copyOf(environment), console.reporter(stage.name(), stop));
        up.push(new Up(stage.name(), running));
        console.up(stage.name(), running, since(began));
        return running;
    }

    /** Stops what is up, the last first; each within the grace, or at once when it is urgent. */
    void stop(Duration grace) {
        // The interrupt that ended start or wait has done its work; one that arrives from here on means hurry.
        boolean ignored = Thread.interrupted();
        while (!up.isEmpty()) {
            Up last = up.pop();
            long began = System.nanoTime();
            try {
                last.running().stop().within(stop.isUrgent() ? Duration.ZERO : grace);
                console.stopped(last.name(), since(began));
            } catch (RuntimeException e) {
                LOG.error("{} did not stop in order", last.name(), e);
                console.line(last.name(), "did not stop in order: " + e.getMessage());
            }
        }
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }
}
