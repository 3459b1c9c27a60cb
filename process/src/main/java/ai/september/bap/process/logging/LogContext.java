package ai.september.bap.process.logging;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.OperationId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Ids that every line logged in between carries: {@code LogContext.of(operation, engine).run(() -> …)}. Contexts nest;
 * leaving one restores what was there before. Bound to the thread, not handed on to others.
 */
public final class LogContext {

    /** The ids' names in JSON logs. */
    public static final String REQUEST_ID = "request_id";

    public static final String OPERATION_ID = "operation_id";
    public static final String ENGINE_ID = "engine_id";
    public static final String TRACE_ID = "trace_id";

    private final Map<String, String> fields;

    private LogContext(Map<String, String> fields) {
        this.fields = Map.copyOf(fields);
    }

    /** Within one operation on one engine. */
    public static LogContext of(OperationId operation, EngineId engine) {
        return new LogContext(Map.of(OPERATION_ID, operation.toString(), ENGINE_ID, engine.toString()));
    }

    /** Within one engine. */
    public static LogContext of(EngineId engine) {
        return new LogContext(Map.of(ENGINE_ID, engine.toString()));
    }

    /** Within one trace. */
    public static LogContext ofTrace(String traceId) {
        return new LogContext(Map.of(TRACE_ID, traceId));
    }

    /** Fields of any name, for one line. */
    static LogContext ofFields(Map<String, String> fields) {
        return new LogContext(fields);
    }

    /** Does something within this context. */
    public <E extends Exception> void run(Action<E> action) throws E {
        call(() -> {
            action.run();
            return true;
        });
    }

    /** Computes something within this context. */
    public <T, E extends Exception> T call(Computation<T, E> computation) throws E {
        Map<String, @Nullable String> before = new LinkedHashMap<>();
        fields.keySet().forEach(key -> before.put(key, MDC.get(key)));
        fields.forEach(MDC::put);
        try {
            return computation.call();
        } finally {
            before.forEach(LogContext::restore);
        }
    }

    private static void restore(String key, @Nullable String value) {
        if (value == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, value);
        }
    }

    /** Something to do that may fail in one way. */
    @FunctionalInterface
    public interface Action<E extends Exception> {
        void run() throws E;
    }

    /** Something to compute that may fail in one way. */
    @FunctionalInterface
    public interface Computation<T, E extends Exception> {
        T call() throws E;
    }
}
