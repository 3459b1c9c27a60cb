package ai.september.engine.http;

import ai.september.engine.brain.EventRow;
import ai.september.engine.error.EngineException;
import ai.september.engine.error.ErrorCode;
import ai.september.engine.turn.EventLog;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The open event streams, a bounded number of them. Thread-safe. */
final class EventStreams {

    /** Each holds a thread from before its body is read; the HTTP server has twice as many, so half are left for the rest. */
    static final int MAX_STREAMS = 32;

    private final Duration heartbeat;
    private int open;

    EventStreams(Duration heartbeat) {
        this.heartbeat = heartbeat;
    }

    /** A place for one stream, taken before the turn starts. */
    synchronized Place reserve() {
        if (open >= MAX_STREAMS) {
            throw new EngineException(
                    ErrorCode.ENGINE_BUSY,
                    MAX_STREAMS + " event streams are open; close one or try again in a moment.");
        }
        open++;
        return new Place();
    }

    private synchronized void release() {
        open--;
        notifyAll();
    }

    /** Waits until the last events have been handed to those who read. */
    synchronized void awaitNone(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (open > 0) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    /** The right to stream once. */
    final class Place implements AutoCloseable {

        private Place() {}

        /** Sends a turn's events after the given number, following it to its end. */
        void send(HttpExchange exchange, String turnId, EventLog log, long afterSeq) throws IOException {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.getResponseHeaders().set("X-Accel-Buffering", "no");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            // Later JDKs keep the head back until the first event, which may be long in coming.
            out.flush();
            try {
                follow(out, turnId, log, log.positionAfter(afterSeq));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            out.close();
        }

        private void follow(OutputStream out, String turnId, EventLog log, int from)
                throws IOException, InterruptedException {
            int position = from;
            while (!log.isEndedAt(position)) {
                EventRow event = log.await(position, heartbeat);
                if (event != null) {
                    write(out, "id: " + new EventId(turnId, event.seq()) + "\n", event.name(), event.data());
                    position++;
                } else if (!log.isEndedAt(position)) {
                    // Without an id: it is not part of the turn.
                    write(out, "", "heartbeat", "{}");
                }
            }
        }

        private static void write(OutputStream out, String id, String name, String data) throws IOException {
            String text = "event: " + name + "\n" + id + "data: " + data + "\n\n";
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        @Override
        public void close() {
            release();
        }
    }
}
