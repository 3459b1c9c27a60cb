package ai.september.bap.process.logging;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line and one measurement per request, by route ({@code /engines/{user_id}/admit}) and never by path: paths carry
 * user ids. Requests that the server refused before any route was found are there, too. Thread-safe.
 */
public final class AccessLog implements RequestLog {

    /** Request attribute: the template of the path, where one matched. */
    public static final String ROUTE = "bap.route";

    /** Request attribute: the request's id. */
    public static final String REQUEST_ID = "bap.request_id";

    /** Request attributes: the operation that the request began or joined, and its engine. */
    public static final String OPERATION_ID = "bap.operation_id";

    public static final String ENGINE_ID = "bap.engine_id";

    /** Request attribute: the trace that the request belongs to. */
    public static final String TRACE_ID = "bap.trace_id";

    /** Request attribute: an {@link Observer} of the request's end. */
    public static final String OBSERVER = "bap.observer";

    /** Request attribute, of any value: it was an admit of a running engine. */
    public static final String HOT_PATH = "bap.hot_path";

    /** Request attribute: when the answer had been sent, by {@link NanoTime}; without it that is now. */
    public static final String ANSWERED = "bap.answered";

    /** Who is told how a request ended. */
    @FunctionalInterface
    public interface Observer {

        /** The answer has been sent; called once. {@code ids} are those the access line carries, by their names there. */
        void answered(String method, String route, int status, Map<String, String> ids);
    }

    private static final Logger LOG = LoggerFactory.getLogger("ai.september.bap.access");
    private static final String UNMATCHED = "(unmatched)";
    private static final Set<String> KNOWN_METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofSeconds(120)
    };

    private static final Duration[] HOT_PATH_BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofSeconds(1)
    };

    private final MeterRegistry meters;
    private final Timer hotPath;

    public AccessLog(MeterRegistry meters) {
        this.meters = meters;
        this.hotPath = Timer.builder("bap.admit.hot.path")
                .description("Time to answer admits of running engines")
                .serviceLevelObjectives(HOT_PATH_BUCKETS)
                .register(meters);
    }

    @Override
    public void log(Request request, Response response) {
        String method = KNOWN_METHODS.contains(request.getMethod()) ? request.getMethod() : "(other)";
        String route = text(request.getAttribute(ROUTE), UNMATCHED);
        String status = Integer.toString(response.getStatus());
        long answered = request.getAttribute(ANSWERED) instanceof Long when ? when : NanoTime.now();
        Duration duration = Duration.ofNanos(NanoTime.elapsed(request.getBeginNanoTime(), answered));
        measure(method, route, status, duration);
        if (request.getAttribute(HOT_PATH) != null) {
            hotPath.record(duration);
        }
        Map<String, String> fields = ids(request);
        if (request.getAttribute(OBSERVER) instanceof Observer observer) {
            observer.answered(method, route, response.getStatus(), Map.copyOf(fields));
        }
        fields.put("method", method);
        fields.put("route", route);
        fields.put("status", status);
        fields.put("duration_ms", Long.toString(duration.toMillis()));
        LogContext.ofFields(fields).run(() -> LOG.info("{} {} {} {} ms", method, route, status, duration.toMillis()));
    }

    private static Map<String, String> ids(Request request) {
        Map<String, String> ids = new HashMap<>();
        ids.put(LogContext.REQUEST_ID, text(request.getAttribute(REQUEST_ID), "-"));
        putIfKnown(ids, LogContext.OPERATION_ID, request.getAttribute(OPERATION_ID));
        putIfKnown(ids, LogContext.ENGINE_ID, request.getAttribute(ENGINE_ID));
        putIfKnown(ids, LogContext.TRACE_ID, request.getAttribute(TRACE_ID));
        return ids;
    }

    private static void putIfKnown(Map<String, String> ids, String name, @Nullable Object id) {
        if (id != null) {
            ids.put(name, id.toString());
        }
    }

    private void measure(String method, String route, String status, Duration duration) {
        Timer.builder("http.server.requests")
                .description("Time to answer HTTP requests")
                .tags("method", method, "route", route, "status", status)
                .serviceLevelObjectives(BUCKETS)
                .register(meters)
                .record(duration);
    }

    private static String text(@Nullable Object attribute, String otherwise) {
        return attribute == null ? otherwise : attribute.toString();
    }
}
