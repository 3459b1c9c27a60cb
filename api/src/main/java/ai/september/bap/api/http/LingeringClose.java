package ai.september.bap.api.http;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Takes what a client still sends of a body that nobody will read, for a moment, after its answer has been sent. To close at
 * once would make TCP reset the connection, and a client that is still sending might never see the answer (RFC 9112, 9.6).
 * Bounded in bytes and time, because the sender may be anybody; a client that waits for 100 sends nothing.
 */
final class LingeringClose implements Filter {

    /** Request attribute: set if the answer was given without the body. */
    static final String BODY_LEFT = "bap.body_left";

    private static final int MOST_BYTES = 4 * JsonBody.MAX_BYTES;
    private static final long LONGEST_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long PAUSE_MS = 2;
    private static final int BUFFER = 1 << 16;

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(request, response);
        boolean answered = !request.isAsyncStarted() && request.getAttribute(BODY_LEFT) != null;
        if (answered && !isAskedFirst((HttpServletRequest) request)) {
            linger(request, response);
        }
    }

    private static boolean isAskedFirst(HttpServletRequest request) {
        return request.getHeader(HttpHeader.EXPECT.asString()) != null;
    }

    private static void linger(ServletRequest request, ServletResponse response) {
        try {
            response.flushBuffer();
            drain(request.getInputStream());
        } catch (IOException senderIsGone) {
            // Then there is nobody to be considerate of.
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static void drain(ServletInputStream body) throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER];
        long end = System.nanoTime() + LONGEST_NS;
        int bytes = 0;
        while (!body.isFinished() && bytes < MOST_BYTES && System.nanoTime() < end) {
            if (body.available() > 0) {
                bytes += Math.max(0, body.read(buffer));
            } else {
                Thread.sleep(PAUSE_MS);
            }
        }
    }
}
