package ai.september.bap.api.logs;

import ai.september.bap.process.logs.LogFrame;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.glassfish.jersey.media.sse.EventOutput;
import org.glassfish.jersey.media.sse.OutboundEvent;

/** Passes an engine's output on to a client as server-sent events, on the thread that runs it. */
final class LogStream implements Runnable {

    /**
     * So often it shows that it lives. Only by writing it is seen that the client has gone, and until then a thread is held
     * here and one beside the engine.
     */
    private static final long SIGN_OF_LIFE_NS = Duration.ofSeconds(2).toNanos();

    /** A key that is not valid any more does not read for ever. */
    private static final long LONGEST_NS = Duration.ofHours(1).toNanos();

    private final WorkerLog log;
    private final EventOutput events;
    private final BooleanSupplier stopping;
    private final long began = System.nanoTime();
    private long lastSign = began;

    /** Closes both when it is run. */
    LogStream(WorkerLog log, EventOutput events, BooleanSupplier stopping) {
        this.log = log;
        this.events = events;
        this.stopping = stopping;
    }

    /** What the client gets. */
    EventOutput events() {
        return events;
    }

    /** Why a stream ends, as the client is told. */
    record Reason(String reason) {}

    @Override
    public void run() {
        try (log;
                events) {
            end(passOn());
        } catch (IOException gone) {
            // The client: nobody is left to be told.
        }
    }

    private LogFrame.End passOn() throws IOException {
        while (!stopping.getAsBoolean() && !events.isClosed() && System.nanoTime() - began < LONGEST_NS) {
            LogFrame frame;
            try {
                frame = log.next();
            } catch (IOException brokenOff) {
                return LogFrame.End.INTERRUPTED;
            }
            if (frame instanceof LogFrame.End end) {
                return end;
            }
            if (frame instanceof LogFrame.Line line) {
                write(new OutboundEvent.Builder()
                        .name("line")
                        .mediaType(MediaType.APPLICATION_JSON_TYPE)
                        .data(LogPage.Line.of(line))
                        .build());
            } else if (System.nanoTime() - lastSign > SIGN_OF_LIFE_NS) {
                write(new OutboundEvent.Builder().comment("").build());
            }
        }
        return LogFrame.End.INTERRUPTED;
    }

    private void write(OutboundEvent event) throws IOException {
        events.write(event);
        lastSign = System.nanoTime();
    }

    private void end(LogFrame.End end) throws IOException {
        if (!events.isClosed()) {
            write(new OutboundEvent.Builder()
                    .name("end")
                    .mediaType(MediaType.APPLICATION_JSON_TYPE)
                    .data(new Reason(end.name().toLowerCase(Locale.ROOT)))
                    .build());
        }
    }
}
