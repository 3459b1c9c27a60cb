package ai.september.bap.api.http;

import ai.september.bap.process.logging.AccessLog;
import java.time.Duration;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;

/**
 * Takes what a client still sends of a body that nobody will read, for a while, after its answer has been sent. To close at
 * once would make TCP reset the connection, and a client that is still sending might never see the answer (RFC 9112, 9.6).
 * Bounded in bytes and time, because the sender may be anybody, and holds no thread; a client that still waits for 100
 * sends nothing. Whoever falls silent is left by the connection's idle timeout.
 */
final class LingeringClose extends Handler.Wrapper {

    private static final int MOST_BYTES = 16 * JsonBody.MAX_BYTES;
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final HttpField CLOSE = new HttpField(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        return super.handle(request, response, new Lingering(request, response, callback));
    }

    /** Completes the exchange when the rest of the body has come, or enough of it. Called by one thread at a time. */
    private static final class Lingering extends Callback.Nested implements Runnable {

        private final Request request;
        private final Response response;
        private long bytes;
        private long end;

        Lingering(Request request, Response response, Callback callback) {
            super(callback);
            this.request = request;
            this.response = response;
        }

        @Override
        public void succeeded() {
            if (response.getHeaders().contains(CLOSE) && !isAskedFirst()) {
                request.setAttribute(AccessLog.ANSWERED, NanoTime.now());
                end = NanoTime.now() + LONGEST.toNanos();
                run();
            } else {
                super.succeeded();
            }
        }

        private boolean isAskedFirst() {
            return request.getHeaders().contains(HttpHeader.EXPECT) && Request.getContentBytesRead(request) == 0;
        }

        @Override
        public void run() {
            try {
                drain();
            } catch (RuntimeException gone) {
                // For example that somebody else still waits for the body: then there is nothing to be considerate of.
                failed(gone);
            }
        }

        private void drain() {
            Content.Chunk chunk = request.read();
            while (chunk != null && isWorthMore(chunk)) {
                chunk = request.read();
            }
            if (chunk == null) {
                request.demand(this);
            } else {
                super.succeeded();
            }
        }

        private boolean isWorthMore(Content.Chunk chunk) {
            if (Content.Chunk.isFailure(chunk)) {
                return false;
            }
            bytes += chunk.remaining();
            chunk.release();
            return !chunk.isLast() && bytes < MOST_BYTES && NanoTime.isBefore(NanoTime.now(), end);
        }
    }
}
