package ai.september.bap.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.september.bap.testing.Await;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/**
 * {@code ORCH_TRACES=otlp}. The worker keeps no runs in memory, so that each of their tasks repeats all that came before
 * it: a span that is not told from a repetition would be there several times.
 */
class TracesIT {

    @RegisterExtension
    static final Orchestrator ORCHESTRATOR = new Orchestrator(Map.of(
            "ORCH_TRACES", "otlp",
            "ORCH_WORKER_CACHED_RUNS", "0",
            "ORCH_PORT_MIN", "26001",
            "ORCH_PORT_MAX", "26999"));

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("operation_id");
    private static final AttributeKey<String> ENGINE = AttributeKey.stringKey("engine_id");
    private static final AttributeKey<String> FAILURE = AttributeKey.stringKey("error.type");

    private static final String REQUEST = "POST /engines/provision";
    private static final Set<String> PROVISION = Set.of(
            REQUEST,
            "start ProvisionEngine",
            "ProvisionEngine",
            "BeginOperation",
            "MigrateBrain",
            "LaunchContainer",
            "AwaitHealthy",
            "engine boot",
            "RecordRunning");

    /** The caller's own span, of which it tells by a header. */
    private static String caller(String traceId) {
        return "00-" + traceId + "-00f067aa0ba902b7-01";
    }

    @Test
    void aProvisionIsOneTraceFromTheCallersRequestToTheEnginesBoot() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        Product product = ORCHESTRATOR.register("traces");

        String engineId = product.client()
                .with("traceparent", caller(trace))
                .with("baggage", "user=traced-user")
                .post("/engines/provision", Client.json("user_id", "traced-user"))
                .isOk()
                .text("/engine_id");

        List<SpanData> spans = awaitSpans(trace, PROVISION);
        assertThat(spans).extracting(SpanData::getName).containsExactlyInAnyOrderElementsOf(PROVISION);
        assertThat(named(spans, REQUEST).getParentSpanId()).isEqualTo("00f067aa0ba902b7");
        assertThat(named(spans, REQUEST).getKind()).isEqualTo(SpanKind.SERVER);
        assertBelow(spans, "start ProvisionEngine", REQUEST);
        assertBelow(spans, "ProvisionEngine", "start ProvisionEngine");
        for (String step : List.of("BeginOperation", "MigrateBrain", "LaunchContainer", "AwaitHealthy")) {
            assertBelow(spans, step, "ProvisionEngine");
        }
        assertBelow(spans, "engine boot", "AwaitHealthy");
        assertThat(named(spans, "ProvisionEngine").getEndEpochNanos())
                .as("the run lasts from its start to its end")
                .isGreaterThanOrEqualTo(named(spans, "RecordRunning").getEndEpochNanos());
        for (SpanData span : spans) {
            assertThat(span.getStatus().getStatusCode()).as(span.getName()).isEqualTo(StatusCode.UNSET);
            if (!span.getName().equals("engine boot")) {
                assertThat(span.getAttributes().get(ENGINE)).as(span.getName()).isEqualTo(engineId);
            }
        }
        assertNobodyIsNamed(product);
    }

    private static void assertBelow(List<SpanData> spans, String name, String parent) {
        assertThat(named(spans, name).getParentSpanId())
                .as(name)
                .isEqualTo(named(spans, parent).getSpanId());
    }

    private static void assertNobodyIsNamed(Product product) {
        String everything = RecordedSpans.all().toString();
        assertThat(everything)
                .as("this is how a finding would look")
                .contains("LaunchContainer")
                .doesNotContain("traced-user")
                .doesNotContain(product.platformKey(), product.slug())
                .doesNotContain("sk-sept-")
                .doesNotContain(Orchestrator.ADMIN_KEY, Orchestrator.MASTER_KEY, Orchestrator.PROVIDER_KEY);
    }

    @Test
    void whatFailsSaysSoByItsCode() {
        String trace = "5bf92f3577b34da6a3ce929d0e0e4736";
        Product product = ORCHESTRATOR.register("traces-fail");
        try (SteerableEngine.Steering exiting = ORCHESTRATOR.engine().exiting()) {
            product.client()
                    .with("traceparent", caller(trace))
                    .post("/engines/provision", Client.json("user_id", "fails"))
                    .isRefused(502, "BACKEND_ERROR");
        }

        List<SpanData> spans = awaitSpans(trace, Set.of(REQUEST, "ProvisionEngine", "AwaitHealthy"));
        for (String failed : List.of("ProvisionEngine", "AwaitHealthy")) {
            SpanData span = named(spans, failed);
            assertThat(span.getStatus().getStatusCode()).as(failed).isEqualTo(StatusCode.ERROR);
            assertThat(span.getAttributes().get(FAILURE)).as(failed).isEqualTo("BACKEND_ERROR");
        }
        assertThat(named(spans, REQUEST).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(spans.toString()).as("its output is nobody's business").doesNotContain(SteerableEngine.LAST_WORDS);
    }

    @Test
    void logLinesNameTheTrace() {
        Logger ours = (Logger) LoggerFactory.getLogger("ai.september.bap");
        Level before = ours.getLevel();
        RecordedLog log = new RecordedLog();
        log.start();
        ours.setLevel(Level.INFO);
        ours.addAppender(log);
        try {
            String trace = "6bf92f3577b34da6a3ce929d0e0e4736";
            ORCHESTRATOR
                    .anonymous()
                    .with("traceparent", caller(trace))
                    .get("/engines")
                    .isRefused(401, "INVALID_PLATFORM_KEY");

            Await.atMost(PATIENCE, "the request is logged with its trace")
                    .until(() -> log.events().stream()
                            .anyMatch(event -> event.getFormattedMessage().startsWith("GET /engines 401")
                                    && trace.equals(event.getMDCPropertyMap().get("trace_id"))));
        } finally {
            ours.detachAppender(log);
            ours.setLevel(before);
        }
    }

    /** It has no request any more that it could belong to. */
    @Test
    void whatTheRelayStartsHasATraceOfItsOwnThatNamesTheOperation() throws Exception {
        String trace = "7bf92f3577b34da6a3ce929d0e0e4736";
        Product product = ORCHESTRATOR.register("traces-relay");
        ORCHESTRATOR.deployment().stopTemporal();
        String operation;
        try {
            operation = product.async()
                    .client()
                    .with("traceparent", caller(trace))
                    .post("/engines/provision", Client.json("user_id", "relayed"))
                    .isAccepted();
            List<SpanData> attempt = awaitSpans(trace, Set.of(REQUEST, "start ProvisionEngine"));
            assertThat(named(attempt, "start ProvisionEngine").getStatus().getStatusCode())
                    .isEqualTo(StatusCode.ERROR);
        } finally {
            ORCHESTRATOR.deployment().startTemporal();
        }
        Operations.awaitEnd(product, operation, "succeeded");

        SpanData run = Await.atMost(PATIENCE, "the run is there")
                .until(
                        () -> RecordedSpans.all().stream()
                                .filter(span -> span.getName().equals("ProvisionEngine")
                                        && operation.equals(span.getAttributes().get(OPERATION)))
                                .toList(),
                        found -> !found.isEmpty())
                .get(0);
        assertThat(run.getTraceId()).isNotEqualTo(trace);
        SpanData start = named(RecordedSpans.of(run.getTraceId()), "start ProvisionEngine");
        assertThat(start.getParentSpanContext().isValid()).as("it is the first").isFalse();
        assertThat(start.getAttributes().get(OPERATION)).isEqualTo(operation);
        assertThat(run.getParentSpanId()).isEqualTo(start.getSpanId());
    }

    private static SpanData named(List<SpanData> spans, String name) {
        return spans.stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<SpanData> awaitSpans(String trace, Set<String> names) {
        return Await.atMost(PATIENCE, names + " are there")
                .until(
                        () -> RecordedSpans.of(trace),
                        spans -> spans.stream()
                                .map(SpanData::getName)
                                .collect(Collectors.toSet())
                                .containsAll(names));
    }
}
