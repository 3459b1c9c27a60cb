package ai.september.bap.worker;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.activities.container.ContainerStatus;
import ai.september.bap.activities.container.OutputFeed;
import ai.september.bap.activities.container.OutputLine;
import ai.september.bap.activities.steps.OutputMask;
import ai.september.bap.process.logs.LogFrame;
import ai.september.bap.process.logs.LogQuery;
import ai.september.bap.registry.id.EngineId;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What this host's engines print, masked. Thread-safe. */
final class EngineOutput {

    /** So often it is seen whether there is still somebody who listens. */
    private static final Duration BEAT = Duration.ofSeconds(1);

    private final ContainerBackend backend;
    private final OutputMask mask;

    EngineOutput(ContainerBackend backend, OutputMask mask) {
        this.backend = backend;
        this.mask = mask;
    }

    /** Who listens; fails once nobody does. */
    interface Listener {
        void hear(LogFrame frame) throws IOException;
    }

    /**
     * Tells what an engine has printed and, if that is asked for, what it prints until its container ends. An engine without
     * a container prints nothing.
     *
     * @param stopping whether to break off
     */
    void tell(EngineId engine, LogQuery query, Listener listener, BooleanSupplier stopping)
            throws IOException, InterruptedException {
        try (OutputFeed feed = feed(engine, query)) {
            // So that whoever asks knows at once that it will be told.
            listener.hear(new LogFrame.Beat());
            while (!feed.isOver() && !stopping.getAsBoolean()) {
                boolean quiet = true;
                for (OutputLine line : feed.next(BEAT)) {
                    quiet = false;
                    if (query.since() == null || !line.at().isBefore(query.since())) {
                        listener.hear(new LogFrame.Line(line.at().truncatedTo(ChronoUnit.MILLIS), mask.mask(line)));
                    }
                }
                if (quiet) {
                    listener.hear(new LogFrame.Beat());
                }
            }
            listener.hear(feed.isOver() ? LogFrame.End.ENDED : LogFrame.End.INTERRUPTED);
        }
    }

    private OutputFeed feed(EngineId engine, LogQuery query) throws InterruptedException {
        Optional<ContainerStatus> last = backend.list(engine).stream()
                .filter(container -> container.incarnation() > 0)
                .max(Comparator.comparingInt(ContainerStatus::incarnation));
        return last.isEmpty() ? OutputFeed.none() : backend.feed(last.get().id(), query.tail(), query.follow());
    }
}
