package ai.september.bap.api.http;

import ai.september.bap.process.logging.AccessLog;
import ai.september.bap.registry.operation.Operation;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

/** What becomes known of a request on its way, for its line in the access log. Taken as {@code @BeanParam}. */
public final class RequestNotes {

    private final ContainerRequestContext request;

    public RequestNotes(@Context ContainerRequestContext request) {
        this.request = request;
    }

    /** The operation that the request began or joined; of several, the last. */
    public void operation(Operation operation) {
        request.setProperty(AccessLog.OPERATION_ID, operation.operationId().toString());
        request.setProperty(AccessLog.ENGINE_ID, operation.engineId().toString());
    }

    /** It was an admit of a running engine. */
    public void hotPath() {
        request.setProperty(AccessLog.HOT_PATH, true);
    }
}
