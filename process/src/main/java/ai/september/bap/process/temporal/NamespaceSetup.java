package ai.september.bap.process.temporal;

import ai.september.bap.workflows.RunAttributes;
import com.google.protobuf.util.Durations;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.errordetails.v1.NamespaceNotFoundFailure;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.OperatorServiceGrpc.OperatorServiceBlockingStub;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.RegisterNamespaceRequest;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc.WorkflowServiceBlockingStub;
import io.temporal.serviceclient.StatusUtils;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes in Temporal what runs need there: the namespace, and the search attributes they are found by. Idempotent, and any
 * number of processes may be at it at once. What a server does not let us make is said in one line of the log; the
 * attributes can be done without. One instance belongs to one thread.
 */
final class NamespaceSetup {

    private static final Logger LOG = LoggerFactory.getLogger(NamespaceSetup.class);

    /** A server that forbids, or that has no such call, as those of a provider may. */
    private static final Set<Status.Code> REFUSALS =
            Set.of(Status.Code.PERMISSION_DENIED, Status.Code.UNAUTHENTICATED, Status.Code.UNIMPLEMENTED);

    private static final Set<Status.Code> PASSING = Set.of(
            Status.Code.UNAVAILABLE,
            Status.Code.DEADLINE_EXCEEDED,
            Status.Code.ABORTED,
            Status.Code.NOT_FOUND,
            Status.Code.RESOURCE_EXHAUSTED,
            Status.Code.INTERNAL);

    /** Processes that register at once may get in each other's way in the server; then the next attempt finds it done. */
    private static final int ATTEMPTS_AT_ATTRIBUTES = 20;

    private final Supplier<WorkflowServiceBlockingStub> service;
    private final Supplier<OperatorServiceBlockingStub> operator;
    private final String namespace;
    private final Duration retention;
    private int attempts;

    /**
     * @param service calls with a deadline
     * @param operator the same, of the service that registers search attributes
     * @param retention how long a namespace that is made here keeps runs that have ended; one that is there keeps its own
     */
    NamespaceSetup(
            Supplier<WorkflowServiceBlockingStub> service,
            Supplier<OperatorServiceBlockingStub> operator,
            String namespace,
            Duration retention) {
        this.service = service;
        this.operator = operator;
        this.namespace = namespace;
        this.retention = retention;
    }

    /** Tries it once. Returns why work cannot be done in the namespace yet; empty when it can. */
    Optional<String> attempt() {
        try {
            requireNamespace();
            requireUsable();
        } catch (StatusRuntimeException away) {
            return Optional.of("namespace " + namespace + ": " + TemporalFault.describe(away));
        }
        return registerAttributes();
    }

    private void requireNamespace() {
        try {
            service.get()
                    .describeNamespace(DescribeNamespaceRequest.newBuilder()
                            .setNamespace(namespace)
                            .build());
        } catch (StatusRuntimeException absent) {
            switch (absent.getStatus().getCode()) {
                case NOT_FOUND -> register();
                case PERMISSION_DENIED, UNIMPLEMENTED ->
                    LOG.warn(
                            "Temporal does not say whether namespace {} exists ({}): going on as if it did",
                            namespace,
                            TemporalFault.describe(absent));
                default -> throw absent;
            }
        }
    }

    private void register() {
        try {
            service.get()
                    .registerNamespace(RegisterNamespaceRequest.newBuilder()
                            .setNamespace(namespace)
                            .setDescription("bap-engine")
                            .setWorkflowExecutionRetentionPeriod(Durations.fromSeconds(retention.toSeconds()))
                            .build());
            LOG.info("made namespace {}, which keeps ended runs for {} days", namespace, retention.toDays());
        } catch (StatusRuntimeException failed) {
            if (REFUSALS.contains(failed.getStatus().getCode())) {
                throw Status.NOT_FOUND
                        .withDescription("it does not exist and this server does not let us make it ("
                                + failed.getStatus().getCode() + "): make it there, or set TEMPORAL_NAMESPACE to yours")
                        .asRuntimeException();
            }
            if (failed.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
                throw failed;
            }
        }
    }

    /** A server takes a while to know a new namespace wherever it is needed. */
    private void requireUsable() {
        try {
            service.get()
                    .describeWorkflowExecution(DescribeWorkflowExecutionRequest.newBuilder()
                            .setNamespace(namespace)
                            .setExecution(WorkflowExecution.newBuilder().setWorkflowId("is-the-namespace-usable"))
                            .build());
        } catch (StatusRuntimeException answered) {
            if (StatusUtils.hasFailure(answered, NamespaceNotFoundFailure.class)) {
                throw Status.NOT_FOUND
                        .withDescription("it is new and not usable yet")
                        .asRuntimeException();
            }
        }
    }

    private Optional<String> registerAttributes() {
        try {
            RunAttributes.names().forEach(this::register);
        } catch (StatusRuntimeException failed) {
            if (PASSING.contains(failed.getStatus().getCode()) && ++attempts < ATTEMPTS_AT_ATTRIBUTES) {
                return Optional.of("search attributes: " + TemporalFault.describe(failed));
            }
            LOG.warn(
                    "Temporal does not let us register the search attributes {}, as Keyword, in namespace {} ({}): until"
                            + " somebody does, runs can not be found by them",
                    RunAttributes.names(),
                    namespace,
                    TemporalFault.describe(failed));
        }
        return Optional.empty();
    }

    private void register(String attribute) {
        try {
            operator.get()
                    .addSearchAttributes(AddSearchAttributesRequest.newBuilder()
                            .setNamespace(namespace)
                            .putSearchAttributes(attribute, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                            .build());
        } catch (StatusRuntimeException failed) {
            if (failed.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
                throw failed;
            }
        }
    }
}
