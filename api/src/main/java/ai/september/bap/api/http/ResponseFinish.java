package ai.september.bap.api.http;

import ai.september.bap.process.logging.AccessLog;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import org.eclipse.jetty.http.HttpHeader;
import org.glassfish.jersey.server.ExtendedUriInfo;

/**
 * Tells the access log which route it was, keeps answers out of caches, says when the connection ends with the answer,
 * and empties the answer to {@code OPTIONS}.
 */
@Provider
public final class ResponseFinish implements ContainerResponseFilter {

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        ExtendedUriInfo uri = (ExtendedUriInfo) request.getUriInfo();
        if (uri.getMatchedResourceMethod() != null) {
            request.setProperty(AccessLog.ROUTE, route(uri));
        }
        response.getHeaders().putSingle(HttpHeader.CACHE_CONTROL.asString(), "no-store");
        if (isBodyLeft(request)) {
            response.getHeaders().putSingle(HttpHeader.CONNECTION.asString(), "close");
        }
        if (request.getMethod().equals(HttpMethod.OPTIONS) && response.getStatus() == 200) {
            response.setStatusInfo(Response.Status.NO_CONTENT);
            response.setEntity(null);
        }
    }

    /**
     * The server does not wait long for a body that nobody read: it closes, and a client that is not told may ask in vain.
     * Asking the stream itself would tell a client that expects 100 to send the body after all.
     */
    private static boolean isBodyLeft(ContainerRequestContext request) {
        boolean sent = BodyForm.length(request) > 0
                || request.getHeaderString(HttpHeader.TRANSFER_ENCODING.asString()) != null;
        return sent && request.getProperty(JsonBody.READ) == null;
    }

    /** The templates of class and method put together; the last matched comes first. */
    private static String route(ExtendedUriInfo uri) {
        StringBuilder route = new StringBuilder();
        uri.getMatchedTemplates().forEach(template -> route.insert(0, template.getTemplate()));
        return route.toString().replaceAll("/{2,}", "/");
    }
}
