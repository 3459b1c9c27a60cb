package ai.september.bap.api.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a request's body before anybody works on the request, without a thread: a slow sender holds up nobody else.
 * What goes beyond a legal body is left for whoever reads it. A request that is refused by its headers alone, because more
 * is announced than may come, or whose sender waits to be asked for the body, goes on at once. Thread-safe.
 *
 * <p>Ours, not Jetty's {@code EagerContentHandler}: that one keeps the network's buffers, of which each byte of a trickle
 * takes one.
 */
final class BodyFirst extends Handler.Wrapper {

    private final Duration longest;

    /**
     * Bodies are waited for no longer than that, once they have begun to come. A sender that is silent is left by the
     * connection's idle timeout.
     */
    BodyFirst(Duration longest) {
        this.longest = longest;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!isAwaited(request)) {
            return super.handle(request, response, callback);
        }
        new Arrival(request, response, callback).take(false);
        return true;
    }

    private static boolean isAwaited(Request request) {
        long length = request.getLength();
        boolean comes = length > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
        return comes && length <= JsonBody.MAX_BYTES && !request.getHeaders().contains(HttpHeader.EXPECT);
    }

    /** A body on its way. Called by one thread at a time. */
    private final class Arrival implements Invocable.Task {

        private final Request request;
        private final Response response;
        private final Callback callback;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private final long since = NanoTime.now();

        Arrival(Request request, Response response, Callback callback) {
            this.request = request;
            this.response = response;
            this.callback = callback;
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        @Override
        public void run() {
            take(true);
        }

        /** Takes what is there; {@code elsewhere}: who goes on from here needs a thread of their own. */
        void take(boolean elsewhere) {
            Content.@Nullable Chunk chunk = request.read();
            while (chunk != null && !isEnd(chunk)) {
                chunk = request.read();
            }
            if (chunk == null && isTooLate()) {
                chunk = Content.Chunk.from(new TimeoutException("the body took too long"), true);
            }
            if (chunk == null) {
                request.demand(this);
            } else {
                goOn(new Arrived(request, body, chunk), elsewhere);
            }
        }

        private boolean isTooLate() {
            return NanoTime.since(since) > longest.toNanos();
        }

        /** Takes a chunk, and tells whether there is nothing more to wait for. */
        private boolean isEnd(Content.Chunk chunk) {
            if (Content.Chunk.isFailure(chunk)) {
                return true;
            }
            add(chunk.getByteBuffer());
            chunk.release();
            return chunk.isLast() || body.size() > JsonBody.MAX_BYTES;
        }

        private void add(ByteBuffer bytes) {
            try {
                BufferUtil.writeTo(bytes, body);
            } catch (IOException impossible) {
                throw new IllegalStateException("memory refuses nothing", impossible);
            }
        }

        private void goOn(Request arrived, boolean elsewhere) {
            if (elsewhere) {
                request.getContext().execute(() -> goOn(arrived));
            } else {
                goOn(arrived);
            }
        }

        private void goOn(Request arrived) {
            try {
                if (!BodyFirst.super.handle(arrived, response, callback)) {
                    Response.writeError(request, response, callback, 404);
                }
            } catch (Throwable failure) {
                Response.writeError(request, response, callback, failure);
            }
        }
    }

    /** The request with what has come of its body. */
    private static final class Arrived extends Request.Wrapper {

        private final Deque<Content.Chunk> chunks = new ArrayDeque<>();

        /** {@code end}: the last that came; its bytes are in the body already. */
        Arrived(Request request, ByteArrayOutputStream body, Content.Chunk end) {
            super(request);
            if (body.size() > 0) {
                chunks.add(Content.Chunk.from(ByteBuffer.wrap(body.toByteArray()), false));
            }
            if (Content.Chunk.isFailure(end)) {
                chunks.add(end);
            } else if (end.isLast()) {
                chunks.add(Content.Chunk.EOF);
            }
        }

        @Override
        public Content.@Nullable Chunk read() {
            return chunks.isEmpty() ? super.read() : chunks.remove();
        }
    }
}
