package ai.september.bap.api.operation;

import ai.september.bap.api.http.StreamPlaces;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.id.ProductId;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
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

    /** The most streams of one replica, and of one caller: a product, or the operator. */
    private static final int MOST_STREAMS = 1_000;

    private static final int MOST_OF_ONE = 100;

    private static final Logger LOG = LoggerFactory.getLogger(OperationEvents.class);
    private static final long EVERY_MS = 200;

    /** So often a stream that has nothing to tell shows that it lives; proxies end silent ones after a minute or so. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(15);

    private final OperationQueries operations;
    private final StreamPlaces places =
            new StreamPlaces("streams of events", "GET the operation", MOST_STREAMS, MOST_OF_ONE);
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /** Looks on {@code clock}, one look at a time. */
    public OperationEvents(OperationQueries operations, ScheduledExecutorService clock) {
        this.operations = operations;
        var unusedUntilShutdown = clock.scheduleWithFixedDelay(this::look, EVERY_MS, EVERY_MS, TimeUnit.MILLISECONDS);
    }

    /** One caller's stream; used by one thread at a time, which holds its monitor. */
    private static final class Stream {
        private final Optional<ProductId> caller;
        private final OperationId operation;
        private final SseEventSink sink;
        private final Sse sse;
        private long last;
        private long lastSign = System.nanoTime();

        Stream(Optional<ProductId> caller, OperationId operation, SseEventSink sink, Sse sse, long last) {
            this.caller = caller;
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
     * @param caller a product; empty for the operator
     * @throws BapException {@code RATE_LIMITED} if the caller has too many streams already, {@code UNAVAILABLE} if all have
     */
    void stream(Optional<ProductId> caller, OperationView now, long last, SseEventSink sink, Sse sse) {
        Stream stream = new Stream(caller, now.operationId(), sink, sse, last);
        if (stopping) {
            throw places.full();
        }
        places.take(caller);
        boolean stays = false;
        try {
            stays = stream.tell(now);
        } finally {
            if (stays) {
                streams.add(stream);
            } else {
                places.giveBack(caller);
            }
        }
        if (stopping) {
            // Whoever ended the others may not have seen this one.
            stream.close();
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
        streams.removeIf(stream -> isOver(stream, now.get(stream.operation)));
    }

    private boolean isOver(Stream stream, @Nullable OperationView now) {
        if (isToStay(stream, now)) {
            return false;
        }
        places.giveBack(stream.caller);
        return true;
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
