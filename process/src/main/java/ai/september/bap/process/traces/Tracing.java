package ai.september.bap.process.traces;

import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.TraceExport;
import ai.september.bap.process.configuration.TraceSettings;
import io.dropwizard.lifecycle.Managed;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The traces of one process. Where they are off nothing is made, and whoever would trace asks {@link #isOn} once, when it
 * is put together. Thread-safe.
 */
public final class Tracing implements Managed, AutoCloseable {

    private static final int FLUSH_SECONDS = 5;

    private final @Nullable OpenTelemetrySdk sdk;
    private final Tracer tracer;
    private final ChosenIds ids;

    private Tracing(@Nullable OpenTelemetrySdk sdk, ChosenIds ids) {
        this.sdk = sdk;
        this.ids = ids;
        OpenTelemetry telemetry = sdk == null ? OpenTelemetry.noop() : sdk;
        this.tracer = telemetry.getTracer("ai.september.bap");
    }

    /** None. */
    public static Tracing off() {
        return new Tracing(null, new ChosenIds());
    }

    /**
     * Traces as the settings say; the caller closes them, after everything that traces. What the settings leave open is
     * read from the variables of the OpenTelemetry SDK, {@code OTEL_…}.
     *
     * @throws RuntimeException if one of those cannot be used
     */
    public static Tracing open(TraceSettings settings, Role role) {
        if (settings.export() == TraceExport.NONE) {
            return off();
        }
        ChosenIds ids = new ChosenIds();
        OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesSupplier(() -> Map.of("otel.service.name", "bap-" + role.label()))
                // Those that are said here hold whatever the environment says: traces alone, in the one way there is.
                .addPropertiesCustomizer(environment -> Map.of(
                        "otel.traces.exporter", "otlp",
                        "otel.metrics.exporter", "none",
                        "otel.logs.exporter", "none",
                        "otel.exporter.otlp.protocol", "http/protobuf",
                        "otel.exporter.otlp.endpoint", settings.endpoint().toString()))
                .addTracerProviderCustomizer((provider, environment) -> provider.setIdGenerator(ids))
                .build()
                .getOpenTelemetrySdk();
        return new Tracing(sdk, ids);
    }

    /** Whether there are traces at all. */
    public boolean isOn() {
        return sdk != null;
    }

    /** A span to be started, below another one, or as the first of its trace where that is invalid. */
    public SpanBuilder span(String name, SpanKind kind, SpanContext parent) {
        return tracer.spanBuilder(name)
                .setSpanKind(kind)
                .setParent(Context.root().with(Span.wrap(parent)));
    }

    /** Starts a span under ids that were given out before. */
    public Span start(SpanBuilder span, SpanContext chosen) {
        return ids.start(span, chosen);
    }

    /** An executor whose tasks belong to the trace of who hands them over; the same one where traces are off. */
    public Executor carried(Executor executor) {
        return isOn() ? Context.taskWrapping(executor) : executor;
    }

    @Override
    public void stop() {
        close();
    }

    /** Sends what has not been sent, for some seconds. */
    @Override
    public void close() {
        if (sdk != null) {
            sdk.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
        }
    }
}
