package ai.september.bap.process.traces;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.TraceExport;
import ai.september.bap.process.configuration.TraceSettings;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class TracingTest {

    private static final URI NOWHERE = URI.create("http://127.0.0.1:1");
    private static final String HEADER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    /** What a collector sees: texts stand in a protobuf message as they are. */
    @Test
    void spansAreSentToTheCollectorByHttpAndLastOfAllAtTheEnd() throws IOException {
        List<String> requests = new CopyOnWriteArrayList<>();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", request -> {
            String body = new String(request.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
            requests.add(request.getRequestMethod() + " " + request.getRequestURI() + " "
                    + request.getRequestHeaders().getFirst("Content-Type") + " " + body);
            request.sendResponseHeaders(200, -1);
            request.close();
        });
        collector.start();
        try {
            URI endpoint =
                    URI.create("http://127.0.0.1:" + collector.getAddress().getPort());
            Tracing tracing = Tracing.open(new TraceSettings(TraceExport.OTLP, endpoint), Role.WORKER);
            tracing.span("a span to be seen", SpanKind.INTERNAL, SpanContext.getInvalid())
                    .startSpan()
                    .end();

            tracing.close();
        } finally {
            collector.stop(0);
        }
        assertThat(requests)
                .singleElement()
                .asString()
                .startsWith("POST /v1/traces application/x-protobuf ")
                .contains("a span to be seen", "bap-worker");
    }

    @Test
    void whereTheyAreOffNothingIsMade() {
        try (Tracing tracing = Tracing.open(new TraceSettings(TraceExport.NONE, NOWHERE), Role.API)) {
            ExecutorService executor = Executors.newSingleThreadExecutor();

            assertThat(tracing.isOn()).isFalse();
            assertThat(tracing.carried(executor)).isSameAs(executor);
            assertThat(tracing.span("x", SpanKind.INTERNAL, TraceParent.parse(null))
                            .startSpan()
                            .isRecording())
                    .isFalse();
            executor.shutdown();
        }
    }

    @Test
    void aSpanMayBearIdsThatWereGivenOutBefore() {
        SpanContext parent = TraceParent.parse(HEADER);
        SpanContext chosen = SpanContext.create(
                parent.getTraceId(), "0123456789abcdef", parent.getTraceFlags(), parent.getTraceState());
        try (Tracing tracing = Tracing.open(new TraceSettings(TraceExport.OTLP, NOWHERE), Role.API)) {
            Span span = tracing.start(tracing.span("chosen", SpanKind.INTERNAL, parent), chosen);
            Span next = tracing.span("next", SpanKind.INTERNAL, span.getSpanContext())
                    .startSpan();

            assertThat(span.getSpanContext().getSpanId()).isEqualTo("0123456789abcdef");
            assertThat(span.getSpanContext().getTraceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
            assertThat(next.getSpanContext().getSpanId()).isNotEqualTo("0123456789abcdef");
        }
    }

    @Test
    void tasksBelongToTheTraceOfWhoHandsThemOver() {
        try (Tracing tracing = Tracing.open(new TraceSettings(TraceExport.OTLP, NOWHERE), Role.API)) {
            ExecutorService executor = Executors.newSingleThreadExecutor();
            Span span = tracing.span("hands over", SpanKind.INTERNAL, SpanContext.getInvalid())
                    .startSpan();
            CompletableFuture<SpanContext> seen = new CompletableFuture<>();
            try (Scope current = span.makeCurrent()) {
                tracing.carried(executor)
                        .execute(() -> seen.complete(Span.current().getSpanContext()));
            }

            assertThat(seen.join()).isEqualTo(span.getSpanContext());
            executor.shutdown();
        }
    }

    @Test
    void onlyAProperHeaderNamesASpan() {
        assertThat(TraceParent.of(TraceParent.parse(HEADER))).isEqualTo(HEADER);
        assertThat(TraceParent.parse(null).isValid()).isFalse();
        assertThat(TraceParent.parse("nonsense").isValid()).isFalse();
        assertThat(TraceParent.parse(HEADER.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0".repeat(32)))
                        .isValid())
                .isFalse();
    }
}
