package ai.september.bap.blackbox;

import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Takes the collector's place in this JVM: where traces are on, what would be sent is kept in memory. Found by the SDK,
 * which asks for such providers.
 */
public final class RecordedSpans implements AutoConfigurationCustomizerProvider {

    private static final InMemorySpanExporter EXPORTER = InMemorySpanExporter.create();

    @Override
    public void customize(AutoConfigurationCustomizer sdk) {
        sdk.addPropertiesSupplier(() -> Map.of("otel.bsp.schedule.delay", "50"));
        sdk.addSpanExporterCustomizer((otlp, settings) -> new Kept());
    }

    /** All there are. */
    static List<SpanData> all() {
        return EXPORTER.getFinishedSpanItems();
    }

    /** Those of one trace. */
    static List<SpanData> of(String traceId) {
        return all().stream().filter(span -> span.getTraceId().equals(traceId)).toList();
    }

    /** Several SDKs come and go in this JVM, and one exporter outlives them. */
    private static final class Kept implements SpanExporter {

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            return EXPORTER.export(spans);
        }

        @Override
        public CompletableResultCode flush() {
            return EXPORTER.flush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return EXPORTER.flush();
        }
    }
}
