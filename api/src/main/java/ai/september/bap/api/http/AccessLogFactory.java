package ai.september.bap.api.http;

import ai.september.bap.process.logging.AccessLog;
import io.dropwizard.request.logging.RequestLogFactory;

/** Hands our access log to Dropwizard. */
record AccessLogFactory(AccessLog log) implements RequestLogFactory<AccessLog> {

    @Override
    public boolean isEnabled() {
        return true;
    }

    @Override
    public AccessLog build(String name) {
        return log;
    }
}
