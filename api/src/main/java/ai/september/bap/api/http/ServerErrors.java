package ai.september.bap.api.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.util.Set;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The envelope for what the server refuses by itself, before or after our code: bad requests, unknown methods, crashes. */
final class ServerErrors extends ErrorPageErrorHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ServerErrors.class);
    private static final Set<Integer> BODILESS = Set.of(204, 304);

    /** Requests that the server could not read to their end: it closes their connections, and does not say so by itself. */
    private static final Set<Integer> UNREADABLE = Set.of(400, 414, 431, 505);

    private final ObjectMapper json;

    ServerErrors(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws JsonProcessingException {
        int status = response.getStatus();
        if (BODILESS.contains(status)) {
            callback.succeeded();
            return true;
        }
        String incidentId = RequestPreparation.identify(request, response.getHeaders());
        HttpFault fault = HttpFault.ofStatus(status, incidentId);
        logIfOurs(request, fault, incidentId);
        fault.retryAfterSeconds().ifPresent(seconds -> response.getHeaders().put(HttpHeader.RETRY_AFTER, seconds));
        if (UNREADABLE.contains(status)) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.write(true, ByteBuffer.wrap(json.writeValueAsBytes(fault.body())), callback);
        return true;
    }

    private static void logIfOurs(Request request, HttpFault fault, String incidentId) {
        if (fault.status() == 500) {
            LOG.error("incident {}", incidentId, (Throwable) request.getAttribute(ERROR_EXCEPTION));
        }
    }
}
