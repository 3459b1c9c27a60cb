package ai.september.bap.api.http;

import ai.september.bap.process.logging.AccessLog;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The first to see a request. Gives it an id, its own if it brings a proper one, and puts {@code Content-Type} out of
 * JAX-RS' sight: JAX-RS would refuse a malformed one before the key was looked at, and would read forms into memory.
 */
final class RequestPreparation implements HttpConfiguration.Customizer {

    /** Request attribute: {@code Content-Type} as it came. */
    static final String CONTENT_TYPE = "bap.content_type";

    static final String REQUEST_ID_HEADER = "X-Request-Id";

    private static final Pattern PROPER_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        identify(request, responseHeaders);
        String contentType = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (contentType == null) {
            return request;
        }
        request.setAttribute(CONTENT_TYPE, contentType);
        return new WithoutContentType(request);
    }

    /** Makes sure that the request has an id, and tells the caller; answers the id. */
    static String identify(Request request, HttpFields.Mutable responseHeaders) {
        Object known = request.getAttribute(AccessLog.REQUEST_ID);
        String id = known == null ? newId(request.getHeaders().get(REQUEST_ID_HEADER)) : known.toString();
        request.setAttribute(AccessLog.REQUEST_ID, id);
        responseHeaders.put(REQUEST_ID_HEADER, id);
        return id;
    }

    private static String newId(@Nullable String offered) {
        return offered != null && PROPER_ID.matcher(offered).matches()
                ? offered
                : UUID.randomUUID().toString();
    }

    private static final class WithoutContentType extends Request.Wrapper {

        private final HttpFields headers;

        WithoutContentType(Request request) {
            super(request);
            HttpFields.Mutable remaining = HttpFields.build();
            for (HttpField field : request.getHeaders()) {
                if (field.getHeader() != HttpHeader.CONTENT_TYPE) {
                    remaining.add(field);
                }
            }
            headers = remaining.asImmutable();
        }

        @Override
        public HttpFields getHeaders() {
            return headers;
        }
    }
}
