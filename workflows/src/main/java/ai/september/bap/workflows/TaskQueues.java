package ai.september.bap.workflows;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.ProductId;
import java.util.Optional;

/** Names in Temporal: queues and workflow ids. */
public final class TaskQueues {

    /** Workflows and their registry steps; every worker serves it. */
    public static final String CONTROL = "control";

    private static final String OF_ENGINE = "engine/";

    private TaskQueues() {}

    /** Whatever has to run beside one container daemon. */
    public static String host(HostId hostId) {
        return "host-" + hostId;
    }

    /** The watch over its engines, which must not wait behind what has to be done to them. */
    public static String watch(HostId hostId) {
        return "watch-" + hostId;
    }

    /** One id per product that is being deleted. */
    static String workflowId(ProductId productId) {
        return "product/" + productId;
    }

    /** One id per host that is watched over. */
    public static String monitorId(HostId hostId) {
        return "monitor/" + hostId;
    }

    /** One id per engine, so that Temporal never runs two operations of one engine at once. */
    public static String workflowId(EngineId engineId) {
        return OF_ENGINE + engineId;
    }

    /** The engine that a workflow id is of; empty if it is of something else. */
    static Optional<EngineId> engineOf(String workflowId) {
        try {
            return workflowId.startsWith(OF_ENGINE)
                    ? Optional.of(EngineId.parse(workflowId.substring(OF_ENGINE.length())))
                    : Optional.empty();
        } catch (IllegalArgumentException somebodyElses) {
            return Optional.empty();
        }
    }
}
