package ai.september.bap.api.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;

/** Refuses paths that JAX-RS would quietly read as another path: it drops what follows a raw {@code ;}. */
@Provider
@PreMatching
public final class RequestGate implements ContainerRequestFilter {

    @Override
    public void filter(ContainerRequestContext request) {
        if (request.getUriInfo().getRequestUri().getRawPath().indexOf(';') >= 0) {
            throw RefusedRequestException.badRequest("The path has a raw ; in it. Percent-encode it as %3B.");
        }
    }
}
