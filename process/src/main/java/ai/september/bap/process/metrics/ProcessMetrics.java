package ai.september.bap.process.metrics;

import ai.september.bap.process.Role;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** The Prometheus metrics of one process, its JVM's included. Thread-safe. */
public final class ProcessMetrics implements Managed, AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

    public ProcessMetrics(Role role) {
        registry.config().commonTags("process", role.label());
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
    }

    /** Where to count. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Serves the metrics as {@code /prometheus} on the admin port and closes them with the server. */
    public void serve(Environment environment) {
        environment
                .admin()
                .addServlet("prometheus", new PrometheusServlet(registry))
                .addMapping("/prometheus");
        environment.lifecycle().manage(this);
    }

    @Override
    public void stop() {
        close();
    }

    @Override
    public void close() {
        garbageCollection.close();
        registry.close();
    }
}
