package ai.september.bap.process.temporal;

import ai.september.bap.workflows.RunAttributes;
import com.google.protobuf.util.Durations;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.errordetails.v1.NamespaceNotFoundFailure;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.AddSearchAttributesResponse;
import io.temporal.api.operatorservice.v1.OperatorServiceGrpc.OperatorServiceBlockingStub;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeNamespaceResponse;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse;
import io.temporal.api.workflowservice.v1.RegisterNamespaceRequest;
import io.temporal.api.workflowservice.v1.RegisterNamespaceResponse;
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

    /** A server that does not say whether there is such a namespace. */
    static final Set<Status.Code> UNTOLD = Set.of(Status.Code.PERMISSION_DENIED, Status.Code.UNIMPLEMENTED);

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
        Optional<String> absence = namespaceAbsence();
        return absence.isPresent()
                ? absence.map(reason -> "namespace " + namespace + ": " + reason)
                : registerAttributes();
    }

    private Optional<String> namespaceAbsence() {
        try {
            return missing().or(this::unusable);
        } catch (StatusRuntimeException away) {
            return Optional.of(TemporalFault.describe(away));
        }
    }

    private Optional<String> missing() {
        try {
            DescribeNamespaceResponse unused = service.get()
                    .describeNamespace(DescribeNamespaceRequest.newBuilder()
                            .setNamespace(namespace)
                            .build());
            return Optional.empty();
        } catch (StatusRuntimeException absent) {
            Status.Code code = absent.getStatus().getCode();
            if (code == Status.Code.NOT_FOUND) {
                return register();
            }
            if (UNTOLD.contains(code)) {
                return untold(absent);
            }
            throw absent;
        }
    }

    private Optional<String> untold(StatusRuntimeException refused) {
        LOG.warn(
                "Temporal does not say whether namespace {} exists ({}): going on as if it did",
                namespace,
                TemporalFault.describe(refused));
        return Optional.empty();
    }

    private Optional<String> register() {
        try {
            RegisterNamespaceResponse unused = service.get()
                    .registerNamespace(RegisterNamespaceRequest.newBuilder()
                            .setNamespace(namespace)
                            .setDescription("bap-engine")
                            .setWorkflowExecutionRetentionPeriod(Durations.fromSeconds(retention.toSeconds()))
                            .build());
            LOG.info("made namespace {}, which keeps ended runs for {} days", namespace, retention.toDays());
        } catch (StatusRuntimeException failed) {
            Status.Code code = failed.getStatus().getCode();
            if (REFUSALS.contains(code)) {
                return Optional.of("it does not exist and this server does not let us make it (" + code
                        + "): make it there, or set TEMPORAL_NAMESPACE to yours");
            }
            if (code != Status.Code.ALREADY_EXISTS) {
                throw failed;
            }
        }
        return Optional.empty();
    }

    /** A server takes a while to know a new namespace wherever it is needed. */
    private Optional<String> unusable() {
        try {
            DescribeWorkflowExecutionResponse unused = service.get()
                    .describeWorkflowExecution(DescribeWorkflowExecutionRequest.newBuilder()
                            .setNamespace(namespace)
                            .setExecution(WorkflowExecution.newBuilder().setWorkflowId("is-the-namespace-usable"))
                            .build());
            return Optional.empty();
        } catch (StatusRuntimeException answered) {
            return StatusUtils.hasFailure(answered, NamespaceNotFoundFailure.class)
                    ? Optional.of("it is new, and the server does not know it everywhere yet")
                    : Optional.empty();
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
            AddSearchAttributesResponse unused = operator.get()
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
