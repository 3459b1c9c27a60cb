package ai.september.bap.process.metrics;

import ai.september.bap.process.Role;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jetty.JettyServerThreadPoolMetrics;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.ExecutorServiceMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** The Prometheus metrics of one process, its JVM's included. Thread-safe. */
public final class ProcessMetrics implements Managed, AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
    private final JvmHeapPressureMetrics heapPressure = new JvmHeapPressureMetrics();

    public ProcessMetrics(Role role) {
        registry.config().commonTags("process", role.label()).meterFilter(new TemporalHistograms());
        Gauge.builder("bap.build", () -> 1)
                .description("Always 1; the labels say which version runs on which Java")
                .tags("version", BuildInfo.version(), "java", Runtime.version().toString())
                .register(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        garbageCollection.bindTo(registry);
        heapPressure.bindTo(registry);
    }

    /** Where to count. */
    public MeterRegistry registry() {
        return registry;
    }

    /**
     * Shows how busy an executor is and how much waits for it.
     *
     * @param name what its tasks are, in one word
     * @return the same executor
     */
    public ExecutorService measured(String name, ExecutorService executor) {
        new ExecutorServiceMetrics(executor, name, List.of()).bindTo(registry);
        return executor;
    }

    /**
     * Serves the metrics as {@code /prometheus} on the admin port, those of the server's own threads among them, and closes
     * them with the server.
     */
    public void serve(Environment environment) {
        environment
                .admin()
                .addServlet("prometheus", new PrometheusServlet(registry))
                .addMapping("/prometheus");
        environment
                .lifecycle()
                .addServerLifecycleListener(server ->
                        new JettyServerThreadPoolMetrics(server.getThreadPool(), Tags.empty()).bindTo(registry));
        environment.lifecycle().manage(this);
    }

    @Override
    public void stop() {
        close();
    }

    @Override
    public void close() {
        garbageCollection.close();
        heapPressure.close();
        registry.close();
    }
}
