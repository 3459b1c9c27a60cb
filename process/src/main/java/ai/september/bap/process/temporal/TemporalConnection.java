package ai.september.bap.process.temporal;

import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.TemporalSettings;
import ai.september.bap.process.traces.Tracing;
import com.uber.m3.tally.RootScopeBuilder;
import com.uber.m3.tally.Scope;
import com.uber.m3.tally.ScopeCloseException;
import io.dropwizard.lifecycle.Managed;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.MeterRegistry;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeNamespaceResponse;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc.WorkflowServiceBlockingStub;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.interceptors.WorkerInterceptor;
import io.temporal.common.reporter.MicrometerClientStatsReporter;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.RpcRetryOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of one process to Temporal. Opening it does not wait for the server: a process starts without
 * Temporal, and its calls fail until the server is there. Thread-safe.
 */
public final class TemporalConnection implements Managed, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TemporalConnection.class);
    private static final Duration API_PATIENCE = Duration.ofSeconds(3);
    private static final int ANSWER_SECONDS = 2;
    private static final int CLOSE_SECONDS = 5;

    private final WorkflowServiceStubs stubs;
    private final WorkflowClient client;
    private final OperatorServiceStubs operator;
    private final NamespaceSetup setup;
    private final Scope scope;
    private final List<WorkerInterceptor> workerInterceptors;

    private TemporalConnection(
            WorkflowServiceStubs stubs,
            WorkflowClient client,
            OperatorServiceStubs operator,
            Duration retention,
            Scope scope,
            Tracing tracing) {
        this.stubs = stubs;
        this.client = client;
        this.operator = operator;
        this.setup = new NamespaceSetup(
                this::service,
                () -> operator.blockingStub().withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS),
                client.getOptions().getNamespace(),
                retention);
        this.scope = scope;
        this.workerInterceptors = tracing.isOn() ? List.of(new TracedWork(tracing)) : List.of();
    }

    /**
     * Opens a connection; the caller closes it, after everything that uses it.
     *
     * @param role the API gives up a call after seconds, because someone waits for its answer
     * @param meters where the SDK's own metrics go
     * @param tracing where starts, runs and steps are traced
     */
    public static TemporalConnection open(TemporalSettings settings, Role role, MeterRegistry meters, Tracing tracing) {
        Scope scope = new RootScopeBuilder()
                .reporter(new MicrometerClientStatsReporter(meters))
                .reportEvery(com.uber.m3.util.Duration.ofSeconds(10));
        WorkflowServiceStubsOptions.Builder options = WorkflowServiceStubsOptions.newBuilder()
                .setTarget(settings.address())
                .setMetricsScope(scope);
        TemporalCredentials.apply(settings, options);
        if (role == Role.API) {
            options.setRpcTimeout(API_PATIENCE)
                    .setRpcRetryOptions(RpcRetryOptions.newBuilder()
                            .setExpiration(API_PATIENCE)
                            .validateBuildWithDefaults());
        }
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(options.build());
        WorkflowClientOptions.Builder clientOptions = WorkflowClientOptions.newBuilder()
                .setNamespace(settings.namespace())
                .setIdentity(role.label() + ":"
                        + ManagementFactory.getRuntimeMXBean().getName());
        if (tracing.isOn()) {
            clientOptions.setInterceptors(new TracedClient(tracing));
        }
        // Over the same channel; what it sends along with each call has to be said again.
        OperatorServiceStubsOptions.Builder operator = OperatorServiceStubsOptions.newBuilder()
                .setChannel(stubs.getRawChannel())
                .setMetricsScope(scope);
        settings.apiKey().ifPresent(key -> operator.addApiKey(key::value));
        return new TemporalConnection(
                stubs,
                WorkflowClient.newInstance(stubs, clientOptions.build()),
                OperatorServiceStubs.newServiceStubs(operator.validateAndBuildWithDefaults()),
                settings.retention(),
                scope,
                tracing);
    }

    /** Starts and awaits workflows; workers are made from it. */
    public WorkflowClient client() {
        return client;
    }

    /** What workers have to let their work pass through. */
    public List<WorkerInterceptor> workerInterceptors() {
        return workerInterceptors;
    }

    /**
     * Why work cannot be done there now; empty if server and namespace answer, or the server answers and keeps to itself
     * whether there is such a namespace. Asks, for at most two seconds.
     */
    public Optional<String> absence() {
        String namespace = client.getOptions().getNamespace();
        try {
            DescribeNamespaceResponse unused = service()
                    .describeNamespace(DescribeNamespaceRequest.newBuilder()
                            .setNamespace(namespace)
                            .build());
            return Optional.empty();
        } catch (StatusRuntimeException absent) {
            return NamespaceSetup.UNTOLD.contains(absent.getStatus().getCode())
                    ? Optional.empty()
                    : Optional.of("namespace " + namespace + ": " + TemporalFault.describe(absent));
        }
    }

    /**
     * Makes namespace and search attributes, as far as they are missing and the server lets us. Not for several threads;
     * any number of processes may do it at once.
     *
     * @return why work cannot be done there yet; empty once it can
     */
    public Optional<String> prepare() {
        return setup.attempt();
    }

    private WorkflowServiceBlockingStub service() {
        return client.getWorkflowServiceStubs().blockingStub().withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void stop() {
        close();
    }

    @Override
    public void close() {
        operator.shutdown();
        stubs.shutdown();
        if (!stubs.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
            stubs.shutdownNow();
        }
        closeScope();
    }

    private void closeScope() {
        try {
            scope.close();
        } catch (ScopeCloseException unflushed) {
            LOG.debug("last metrics of the SDK were lost", unflushed);
        }
    }
}
