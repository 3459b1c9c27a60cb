package ai.september.bap.api.logs;

import ai.september.bap.api.http.StreamPlaces;
import ai.september.bap.process.logs.LogFrame;
import ai.september.bap.process.logs.LogQuery;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.glassfish.jersey.media.sse.EventOutput;

/**
 * What engines print, as the workers beside them tell it. Whoever reads holds a thread, so that no more is read than the
 * client takes; therefore there are only so many at once. Thread-safe.
 */
public final class EngineLogs {

    private static final int MOST_FOLLOWERS = 100;
    private static final int MOST_FOLLOWERS_OF_ONE = 20;
    private static final int MOST_READERS = 20;
    private static final int MOST_READERS_OF_ONE = 10;

    /** Most that read or follow. */
    public static final int MOST_AT_ONCE = MOST_FOLLOWERS + MOST_READERS;

    /** Of one answer, in bytes of its lines; the oldest are left out. */
    private static final int MOST_BYTES = 1 << 20;

    private static final String INSTEAD = "read them without follow";

    private final LogSources sources;
    private final ExecutorService threads;
    private final StreamPlaces followers =
            new StreamPlaces("streams of logs", INSTEAD, MOST_FOLLOWERS, MOST_FOLLOWERS_OF_ONE);
    private final StreamPlaces readers = new StreamPlaces("logs", "follow them", MOST_READERS, MOST_READERS_OF_ONE);
    private volatile boolean stopping;

    /** @param threads at least {@value #MOST_AT_ONCE} */
    public EngineLogs(LogSources sources, ExecutorService threads, MeterRegistry meters) {
        this.sources = sources;
        this.threads = threads;
        Gauge.builder("bap.logs.followers", followers::taken)
                .description("Streams of the output of engines")
                .register(meters);
    }

    /**
     * The last lines.
     *
     * @return fails with {@code UNAVAILABLE} if no worker sends them
     */
    CompletableFuture<LogPage> read(EngineRow engine, LogQuery query) {
        CompletableFuture<LogPage> page = new CompletableFuture<>();
        inAPlace(readers, engine, page, () -> {
            try (WorkerLog log = sources.open(engine, query)) {
                page.complete(new LogPage(engine.engineId(), lines(log)));
            }
        });
        return page;
    }

    private List<LogPage.Line> lines(WorkerLog log) {
        Deque<LogPage.Line> lines = new ArrayDeque<>();
        long bytes = 0;
        try {
            for (LogFrame frame = log.next(); !(frame instanceof LogFrame.End); frame = log.next()) {
                if (frame instanceof LogFrame.Line line) {
                    lines.add(LogPage.Line.of(line));
                    bytes += bytes(line.text());
                }
                while (bytes > MOST_BYTES) {
                    bytes -= bytes(lines.removeFirst().text());
                }
            }
        } catch (IOException brokenOff) {
            throw new BapException(
                    ErrorCode.UNAVAILABLE, "The worker beside this engine broke off. Send it again.", brokenOff);
        }
        return List.copyOf(lines);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * The last lines and those to come, as server-sent events.
     *
     * @return fails with {@code UNAVAILABLE} if no worker sends them
     * @throws BapException {@code RATE_LIMITED} if the product has its share of such streams, {@code UNAVAILABLE} if all are
     *     taken
     */
    CompletableFuture<Response> follow(EngineRow engine, LogQuery query) {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        inAPlace(followers, engine, answer, () -> {
            LogStream stream = new LogStream(sources.open(engine, query), new EventOutput(), () -> stopping);
            answer.complete(Response.ok(stream.events(), MediaType.SERVER_SENT_EVENTS_TYPE)
                    .build());
            stream.run();
        });
        return answer;
    }

    /** Runs work on a thread of its own, and fails its result by what it throws. */
    private void inAPlace(StreamPlaces places, EngineRow engine, CompletableFuture<?> result, Runnable work) {
        if (stopping) {
            throw places.full();
        }
        places.take(Optional.of(engine.productId()));
        try {
            threads.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException failed) {
                    result.completeExceptionally(failed);
                } finally {
                    places.giveBack(Optional.of(engine.productId()));
                }
            });
        } catch (RejectedExecutionException stoppingOrFull) {
            places.giveBack(Optional.of(engine.productId()));
            throw places.full();
        }
    }

    /** Ends all streams within seconds; their clients may go on elsewhere. */
    public void stop() {
        stopping = true;
    }
}
