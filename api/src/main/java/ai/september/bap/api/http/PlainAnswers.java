package ai.september.bap.api.http;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.IOException;
import java.lang.annotation.Annotation;

/**
 * Keeps the annotations of the resources' methods from whoever writes their answers: nobody asks for them, but Jackson's
 * provider hashes them for every answer, and those of the interface's description nest so deeply that it took a sixth of
 * the API's processor time for an admit.
 */
@Provider
@Priority(Priorities.HEADER_DECORATOR)
final class PlainAnswers implements WriterInterceptor {

    private static final Annotation[] NONE = {};

    @Override
    public void aroundWriteTo(WriterInterceptorContext answer) throws IOException, WebApplicationException {
        answer.setAnnotations(NONE);
        answer.proceed();
    }
}
