package ai.september.bap.api.http;

import ai.september.bap.process.logging.AccessLog;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.glassfish.jersey.server.ExtendedUriInfo;

/**
 * Tells the access log which route it was, keeps answers out of caches, says when the connection ends with the answer,
 * empties the answer to {@code OPTIONS}, and gives the one to {@code HEAD} the length that {@code GET} has.
 */
@Provider
public final class ResponseFinish implements ContainerResponseFilter {

    private static final Pattern SLASHES = Pattern.compile("/{2,}");

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
        if (request.getMethod().equals(HttpMethod.HEAD) && response.hasEntity()) {
            response.setEntityStream(new Measured(response));
        }
    }

    /** Takes a body that nobody gets. Without it a body larger than the server's buffer would be said to have no bytes. */
    private static final class Measured extends OutputStream {

        private final ContainerResponseContext response;
        private final OutputStream rest;
        private long length;

        Measured(ContainerResponseContext response) {
            this.response = response;
            this.rest = response.getEntityStream();
        }

        @Override
        public void write(int octet) {
            length++;
        }

        @Override
        public void write(byte[] octets, int from, int count) {
            length += count;
        }

        /** The headers go out with this. */
        @Override
        public void close() throws IOException {
            response.getHeaders().putSingle(HttpHeader.CONTENT_LENGTH.asString(), Long.toString(length));
            rest.close();
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
        return SLASHES.matcher(route).replaceAll("/");
    }
}
