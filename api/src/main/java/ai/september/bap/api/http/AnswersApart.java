package ai.september.bap.api.http;

import ai.september.bap.process.logging.AccessLog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;

/**
 * Keeps an answer until it is whole, and writes it when whoever made it is done: a client that reads slowly holds no thread
 * and no place among the requests that are worked on. What such clients leave unread is bounded in bytes; beyond that the
 * oldest are cut off, because whoever reads at all is done in a moment. Event streams are written as they come.
 * Thread-safe.
 */
final class AnswersApart extends Handler.Wrapper {

    private static final String STREAM = "text/event-stream";
    private static final int USUAL_SIZE = 512;

    private final long mostUnread;
    private final Set<Answer> unread = new LinkedHashSet<>();
    private final Counter cut;
    private long unreadBytes;

    /** At most {@code mostUnread} bytes of all answers together are kept for clients that do not read them. */
    AnswersApart(long mostUnread, MeterRegistry meters) {
        this.mostUnread = mostUnread;
        Gauge.builder("bap.answers.unread", this::unreadBytes)
                .description("Bytes of answers that their clients have not read yet")
                .baseUnit(BaseUnits.BYTES)
                .register(meters);
        this.cut = Counter.builder("bap.answers.cut")
                .description("Connections that were cut because too much was unread, and theirs the longest")
                .register(meters);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Answer answer = new Answer(request, response, callback);
        return super.handle(request, answer, answer);
    }

    private synchronized long unreadBytes() {
        return unreadBytes;
    }

    private void keep(Answer answer) {
        List<Answer> slowest = add(answer);
        cut.increment(slowest.size());
        slowest.forEach(Answer::cutOff);
    }

    /** Returns those that have to go, which are no longer counted. */
    private synchronized List<Answer> add(Answer answer) {
        List<Answer> slowest = new ArrayList<>();
        if (!answer.becomesKept()) {
            return slowest;
        }
        unread.add(answer);
        unreadBytes += answer.size();
        Iterator<Answer> oldest = unread.iterator();
        while (unreadBytes > mostUnread && unread.size() > 1) {
            Answer next = oldest.next();
            oldest.remove();
            unreadBytes -= next.size();
            slowest.add(next);
        }
        return slowest;
    }

    private synchronized void forget(Answer answer) {
        if (unread.remove(answer)) {
            unreadBytes -= answer.size();
        }
    }

    /** Bytes that are not copied once more. */
    private static final class Kept extends ByteArrayOutputStream {

        Kept() {
            super(USUAL_SIZE);
        }

        ByteBuffer bytes() {
            return ByteBuffer.wrap(buf, 0, count);
        }
    }

    private enum Fate {
        BEING_WRITTEN,
        KEPT,
        WRITTEN
    }

    /** One answer. Whoever makes it is told that it is written as soon as it is kept; called by one thread at a time. */
    private final class Answer extends Response.Wrapper implements Callback {

        private final Callback done;
        private final Kept kept = new Kept();
        private final AtomicReference<Fate> fate = new AtomicReference<>(Fate.BEING_WRITTEN);
        private int size;
        private boolean begun;
        private boolean streams;
        private boolean whole;

        Answer(Request request, Response response, Callback done) {
            super(request, response);
            this.done = done;
        }

        /** In bytes; known once the answer is whole. */
        int size() {
            return size;
        }

        @Override
        public void write(boolean last, ByteBuffer bytes, Callback callback) {
            if (!begun) {
                begun = true;
                String type = getHeaders().get(HttpHeader.CONTENT_TYPE);
                streams = type != null && type.startsWith(STREAM);
            }
            if (streams) {
                super.write(last, bytes, callback);
                return;
            }
            whole |= last;
            try {
                if (bytes != null) {
                    BufferUtil.writeTo(bytes, kept);
                    BufferUtil.clear(bytes);
                }
                callback.succeeded();
            } catch (IOException impossible) {
                callback.failed(impossible);
            }
        }

        /** What is kept is as good as sent: nobody may begin anew. */
        @Override
        public boolean isCommitted() {
            return begun || super.isCommitted();
        }

        @Override
        public boolean hasLastWrite() {
            return whole || super.hasLastWrite();
        }

        @Override
        public boolean isCompletedSuccessfully() {
            return whole || super.isCompletedSuccessfully();
        }

        @Override
        public void succeeded() {
            if (!begun || streams) {
                done.succeeded();
                return;
            }
            getRequest().setAttribute(AccessLog.ANSWERED, NanoTime.now());
            ByteBuffer answer = kept.bytes();
            size = answer.remaining();
            super.write(true, answer, Callback.from(this::written, done));
            if (fate.get() == Fate.BEING_WRITTEN) {
                keep(this);
            }
        }

        private void written() {
            if (fate.getAndSet(Fate.WRITTEN) == Fate.KEPT) {
                forget(this);
            }
        }

        /** Most answers are written at once, and need not be waited for by all others. */
        boolean becomesKept() {
            return fate.compareAndSet(Fate.BEING_WRITTEN, Fate.KEPT);
        }

        @Override
        public void failed(Throwable failure) {
            done.failed(failure);
        }

        @Override
        public InvocationType getInvocationType() {
            return done.getInvocationType();
        }

        void cutOff() {
            getRequest()
                    .getConnectionMetaData()
                    .getConnection()
                    .getEndPoint()
                    .close(new IOException("the client reads too slowly"));
        }
    }
}
