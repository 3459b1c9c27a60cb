package ai.september.bap.api.http;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many requests at once be worked on, and so many more wait for it, without a thread and in the order of their
 * coming. Whoever finds no place, or waits too long, is answered 503 at once: beyond capacity some are refused, and the others
 * are as fast as ever. {@code /health} always passes.
 *
 * <p>What is too long depends: a crowd that comes all at once is patient, because its line is soon at its end. A line that has
 * not been empty for as long as a crowd may wait is no crowd but too much load: it is kept short.
 *
 * <p>A request counts while it has a thread. One that waits for an operation has none: Jetty's own {@code QoSHandler} counts
 * it until it is answered, and a few patient admits would lock everybody else out. Thread-safe.
 */
final class LoadGate extends Handler.Wrapper {

    private static final String ALWAYS = "/health";
    private static final int SWEEP_EVERY_MS = 20;

    private final int atOnce;
    private final int mostWaiting;
    private final Duration longestWait;
    private final Duration longestWaitUnderLoad;
    private final Deque<Waiting> line = new ArrayDeque<>();
    private final LongAdder refused = new LongAdder();
    private int atWork;
    private boolean sweeping;
    private long lineBegan;

    /**
     * A gate.
     *
     * @param longestWait of a crowd; a line that has not been empty for that long is too much load
     * @param longestWaitUnderLoad in such a line
     */
    LoadGate(int atOnce, int mostWaiting, Duration longestWait, Duration longestWaitUnderLoad, MeterRegistry meters) {
        this.atOnce = atOnce;
        this.mostWaiting = mostWaiting;
        this.longestWait = requireNonNull(longestWait, "longestWait");
        this.longestWaitUnderLoad = requireNonNull(longestWaitUnderLoad, "longestWaitUnderLoad");
        register(meters);
    }

    private void register(MeterRegistry meters) {
        Gauge.builder("bap.gate.serving", this::atWork)
                .description("Requests that are being worked on")
                .register(meters);
        Gauge.builder("bap.gate.waiting", this::inLine)
                .description("Requests that wait to be worked on")
                .register(meters);
        FunctionCounter.builder("bap.gate.refused", refused, LongAdder::sum)
                .description("Requests that were answered 503 because there were too many")
                .register(meters);
    }

    /** A request that waits for its turn. */
    private final class Waiting implements Runnable {

        private final Request request;
        private final Response response;
        private final Callback callback;
        private final long since = NanoTime.now();

        Waiting(Request request, Response response, Callback callback) {
            this.request = request;
            this.response = response;
            this.callback = callback;
        }

        @Override
        public void run() {
            try {
                if (!serve(request, response, callback)) {
                    Response.writeError(request, response, callback, 404);
                }
            } catch (Throwable failure) {
                Response.writeError(request, response, callback, failure);
            }
        }

        boolean waitsLongerThan(Duration limit) {
            return NanoTime.since(since) > limit.toNanos();
        }

        void refuse() {
            LoadGate.this.refuse(request, response, callback);
        }
    }

    private enum Entrance {
        OPEN,
        LINE,
        FULL
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (ALWAYS.equals(Request.getPathInContext(request))) {
            return super.handle(request, response, callback);
        }
        return switch (enter(request, response, callback)) {
            case OPEN -> serve(request, response, callback);
            case LINE -> true;
            case FULL -> {
                refuse(request, response, callback);
                yield true;
            }
        };
    }

    private synchronized Entrance enter(Request request, Response response, Callback callback) {
        if (atWork < atOnce) {
            atWork++;
            return Entrance.OPEN;
        }
        if (line.size() >= mostWaiting || isFirstTooLateUnderLoad()) {
            return Entrance.FULL;
        }
        if (line.isEmpty()) {
            lineBegan = NanoTime.now();
        }
        line.add(new Waiting(request, response, callback));
        if (!sweeping) {
            sweeping = true;
            sweepLater();
        }
        return Entrance.LINE;
    }

    private boolean isFirstTooLateUnderLoad() {
        @Nullable Waiting first = line.peek();
        return first != null && isLoad() && first.waitsLongerThan(longestWaitUnderLoad);
    }

    /** Whether the line has not been empty for so long that it is no crowd's. */
    private boolean isLoad() {
        return NanoTime.since(lineBegan) > longestWait.toNanos();
    }

    private boolean serve(Request request, Response response, Callback callback) throws Exception {
        try {
            return super.handle(request, response, callback);
        } finally {
            @Nullable Waiting next = leave();
            if (next != null) {
                next.request.getContext().execute(next);
            }
        }
    }

    /** Who goes on in the same place. */
    private synchronized @Nullable Waiting leave() {
        @Nullable Waiting next = line.poll();
        if (next == null) {
            atWork--;
        }
        return next;
    }

    private void sweepLater() {
        var unused = getServer().getScheduler().schedule(this::sweep, SWEEP_EVERY_MS, TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        takeTooLate().forEach(Waiting::refuse);
    }

    private synchronized List<Waiting> takeTooLate() {
        Duration limit = isLoad() ? longestWaitUnderLoad : longestWait;
        List<Waiting> late = new ArrayList<>();
        for (Waiting first = line.peek(); first != null && first.waitsLongerThan(limit); first = line.peek()) {
            late.add(first);
            line.remove();
        }
        sweeping = !line.isEmpty();
        if (sweeping) {
            sweepLater();
        }
        return late;
    }

    /** Takes what has come of the body, so that the connection can go on; for more of it nobody waits. */
    private void refuse(Request request, Response response, Callback callback) {
        refused.increment();
        Response.writeError(request, response, callback, 503);
    }

    private synchronized int atWork() {
        return atWork;
    }

    private synchronized int inLine() {
        return line.size();
    }
}
