package ai.september.bap.process.server;

import io.dropwizard.request.logging.RequestLogFactory;
import org.eclipse.jetty.server.RequestLog;

/** Requests to the admin port are not logged, unless a process sets another log. */
final class NoRequestLog implements RequestLogFactory<RequestLog> {

    @Override
    public boolean isEnabled() {
        return false;
    }

    @Override
    public RequestLog build(String name) {
        return (request, response) -> {};
    }
}
