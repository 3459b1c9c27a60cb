package ai.september.bap.workflows;

import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.ProductId;

/** Names in Temporal: queues and workflow ids. */
public final class TaskQueues {

    /** Workflows and their registry steps; every worker serves it. */
    public static final String CONTROL = "control";

    private TaskQueues() {}

    /** Whatever has to run beside one container daemon. */
    public static String host(HostId hostId) {
        return "host-" + hostId;
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
        return "engine/" + engineId;
    }
}
