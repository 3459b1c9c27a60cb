package ai.september.bap.api.operation;

import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.id.OperationId;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams of what happens to operations. While there are any, one look every {@value #EVERY_MS} ms reads all operations
 * that are watched; a stream holds no thread and no connection to the database. Thread-safe.
 */
public final class OperationEvents {

    /** The most streams of one replica. */
    static final int MOST_STREAMS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(OperationEvents.class);
    private static final long EVERY_MS = 200;

    /** So often a stream that has nothing to tell shows that it lives; proxies end silent ones after a minute or so. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(15);

    private final OperationQueries operations;
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /** Looks on {@code clock}, one look at a time. */
    public OperationEvents(OperationQueries operations, ScheduledExecutorService clock) {
        this.operations = operations;
        var unusedUntilShutdown = clock.scheduleWithFixedDelay(this::look, EVERY_MS, EVERY_MS, TimeUnit.MILLISECONDS);
    }

    /** One caller's stream; used by one thread at a time, which holds its monitor. */
    private static final class Stream {
        private final OperationId operation;
        private final SseEventSink sink;
        private final Sse sse;
        private long last;
        private long lastSign = System.nanoTime();

        Stream(OperationId operation, SseEventSink sink, Sse sse, long last) {
            this.operation = operation;
            this.sink = sink;
            this.sse = sse;
            this.last = last;
        }

        /** Tells what is new; whether there may be more. */
        synchronized boolean tell(OperationView now) {
            for (OperationEvent event : OperationEvent.of(now)) {
                if (event.id() > last) {
                    send(event);
                }
            }
            if (now.finishedAt() != null || sink.isClosed()) {
                sink.close();
                return false;
            }
            showLife();
            return true;
        }

        private void send(OperationEvent event) {
            var unusedAsItIsWrittenInOrder = sink.send(sse.newEventBuilder()
                    .id(Long.toString(event.id()))
                    .name(event.name())
                    .mediaType(MediaType.APPLICATION_JSON_TYPE)
                    .data(event.data())
                    .build());
            last = event.id();
            lastSign = System.nanoTime();
        }

        private void showLife() {
            if (System.nanoTime() - lastSign > SIGN_OF_LIFE.toNanos()) {
                lastSign = System.nanoTime();
                var unused = sink.send(sse.newEventBuilder().comment("").build());
            }
        }

        synchronized void close() {
            sink.close();
        }
    }

    /**
     * Tells a caller everything that happens to an operation from now on, and what has happened after event {@code last};
     * ends with the operation.
     *
     * @throws BapException {@code UNAVAILABLE} if there are too many streams already
     */
    void stream(OperationView now, long last, SseEventSink sink, Sse sse) {
        Stream stream = new Stream(now.operationId(), sink, sse, last);
        if (streams.size() >= MOST_STREAMS || stopping) {
            throw new BapException(
                    ErrorCode.UNAVAILABLE,
                    "Too many operations are watched here already. Send it again later, or GET the operation.");
        }
        if (stream.tell(now)) {
            streams.add(stream);
            if (stopping) {
                // Whoever ended the others may not have seen this one.
                stream.close();
            }
        }
    }

    /** Ends all streams; their callers may go on elsewhere, by {@code Last-Event-ID}. */
    public void stop() {
        stopping = true;
        streams.forEach(Stream::close);
        streams.clear();
    }

    private void look() {
        try {
            if (!streams.isEmpty()) {
                tell(operations.views(
                        streams.stream().map(stream -> stream.operation).collect(Collectors.toSet())));
            }
        } catch (RuntimeException databaseAway) {
            LOG.debug("operations cannot be watched now", databaseAway);
        }
    }

    private void tell(Collection<OperationView> views) {
        Map<OperationId, OperationView> now =
                views.stream().collect(Collectors.toMap(OperationView::operationId, view -> view));
        streams.removeIf(stream -> !isToStay(stream, now.get(stream.operation)));
    }

    private static boolean isToStay(Stream stream, @Nullable OperationView now) {
        try {
            if (now != null) {
                return stream.tell(now);
            }
        } catch (RuntimeException gone) {
            LOG.debug("a stream's caller is gone", gone);
        }
        stream.close();
        return false;
    }
}
