package ai.september.bap.workflows;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.OperationId;
import ai.september.bap.registry.operation.Operation;

/**
 * All that a workflow or an activity is told of an operation: ids, nothing else. What they need to know they read from
 * the registry, so that no payload carries a key or a user id.
 */
public record OperationRef(OperationId operationId, EngineId engineId, HostId hostId) {

    public OperationRef {
        requireNonNull(operationId, "operationId");
        requireNonNull(engineId, "engineId");
        requireNonNull(hostId, "hostId");
    }

    /** The reference to an operation of the registry. */
    public static OperationRef to(Operation operation) {
        return new OperationRef(operation.operationId(), operation.engineId(), operation.hostId());
    }
}
