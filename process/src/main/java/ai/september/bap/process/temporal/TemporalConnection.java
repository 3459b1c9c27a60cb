package ai.september.bap.process.temporal;

import ai.september.bap.process.Role;
import ai.september.bap.process.configuration.TemporalSettings;
import com.uber.m3.tally.RootScopeBuilder;
import com.uber.m3.tally.Scope;
import com.uber.m3.tally.ScopeCloseException;
import com.uber.m3.util.Duration;
import io.dropwizard.lifecycle.Managed;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.MeterRegistry;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.reporter.MicrometerClientStatsReporter;
import io.temporal.serviceclient.RpcRetryOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.lang.management.ManagementFactory;
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
    private static final java.time.Duration API_PATIENCE = java.time.Duration.ofSeconds(3);
    private static final int HEALTH_SECONDS = 2;
    private static final int CLOSE_SECONDS = 5;

    private final WorkflowServiceStubs stubs;
    private final WorkflowClient client;
    private final Scope scope;

    private TemporalConnection(WorkflowServiceStubs stubs, WorkflowClient client, Scope scope) {
        this.stubs = stubs;
        this.client = client;
        this.scope = scope;
    }

    /**
     * Opens a connection; the caller closes it, after everything that uses it.
     *
     * @param role the API gives up a call after seconds, because someone waits for its answer
     * @param meters where the SDK's own metrics go
     */
    public static TemporalConnection open(TemporalSettings settings, Role role, MeterRegistry meters) {
        Scope scope = new RootScopeBuilder()
                .reporter(new MicrometerClientStatsReporter(meters))
                .reportEvery(Duration.ofSeconds(10));
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
        WorkflowClientOptions clientOptions = WorkflowClientOptions.newBuilder()
                .setNamespace(settings.namespace())
                .setIdentity(role.label() + ":"
                        + ManagementFactory.getRuntimeMXBean().getName())
                .build();
        return new TemporalConnection(stubs, WorkflowClient.newInstance(stubs, clientOptions), scope);
    }

    /** Starts and awaits workflows; workers are made from it. */
    public WorkflowClient client() {
        return client;
    }

    /** The raw service, for what the client does not offer. */
    public WorkflowServiceStubs stubs() {
        return stubs;
    }

    /** Why work cannot be done there now; empty if server and namespace answer. Asks, for at most two seconds. */
    public Optional<String> absence() {
        String namespace = client.getOptions().getNamespace();
        try {
            stubs.blockingStub()
                    .withDeadlineAfter(HEALTH_SECONDS, TimeUnit.SECONDS)
                    .describeNamespace(DescribeNamespaceRequest.newBuilder()
                            .setNamespace(namespace)
                            .build());
            return Optional.empty();
        } catch (StatusRuntimeException unreachable) {
            return Optional.of(
                    "namespace " + namespace + ": " + unreachable.getStatus().getCode());
        }
    }

    @Override
    public void stop() {
        close();
    }

    @Override
    public void close() {
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
