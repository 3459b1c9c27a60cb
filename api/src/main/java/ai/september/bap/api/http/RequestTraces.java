package ai.september.bap.api.http;

import ai.september.bap.process.logging.AccessLog;
import ai.september.bap.process.logging.LogContext;
import ai.september.bap.process.traces.TraceParent;
import ai.september.bap.process.traces.Tracing;
import io.dropwizard.core.setup.Environment;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import org.slf4j.MDC;

/**
 * The span of a request, below the caller's own if the request names one. It is what is current on the request's own
 * thread, and it ends where the access line is written: by then it is known which route it was.
 */
public final class RequestTraces implements Filter {

    private static final int SERVER_ERROR = 500;

    private final Tracing tracing;

    private RequestTraces(Tracing tracing) {
        this.tracing = tracing;
    }

    /** Traces the requests of the HTTP interface, where there are traces. To be installed after the {@link HttpChassis}. */
    public static void install(Environment environment, Tracing tracing) {
        if (tracing.isOn()) {
            environment
                    .servlets()
                    .addFilter("traces", new RequestTraces(tracing))
                    .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/*");
        }
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest http = (HttpServletRequest) request;
        Span span = tracing.span("request", SpanKind.SERVER, TraceParent.in(http::getHeader))
                .startSpan();
        String traceId = span.getSpanContext().getTraceId();
        request.setAttribute(AccessLog.TRACE_ID, traceId);
        request.setAttribute(AccessLog.OBSERVER, observer(span));
        try (Scope current = span.makeCurrent();
                MDC.MDCCloseable logged = MDC.putCloseable(LogContext.TRACE_ID, traceId)) {
            chain.doFilter(request, response);
        }
    }

    private static AccessLog.Observer observer(Span span) {
        return (method, route, status, ids) -> end(span, method, route, status, ids);
    }

    /** By route and never by path, as in the access log. */
    private static void end(Span span, String method, String route, int status, Map<String, String> ids) {
        span.updateName(method + " " + route)
                .setAttribute("http.request.method", method)
                .setAttribute("http.route", route)
                .setAttribute("http.response.status_code", status);
        if (status >= SERVER_ERROR) {
            span.setStatus(StatusCode.ERROR);
        }
        ids.forEach((name, id) -> {
            if (!name.equals(LogContext.TRACE_ID)) {
                span.setAttribute(name, id);
            }
        });
        span.end();
    }
}
