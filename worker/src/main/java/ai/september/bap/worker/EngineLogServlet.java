package ai.september.bap.worker;

import ai.september.bap.activities.container.BackendException;
import ai.september.bap.process.logs.LogFrame;
import ai.september.bap.process.logs.LogQuery;
import ai.september.bap.registry.id.EngineId;
import ai.september.bap.registry.logs.LogDao;
import ai.september.bap.registry.logs.LogTicket;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves what engines print to the bearers of tickets, each once. Whoever reads holds a thread, so there are only so many at
 * once: some follow, and others have places that those never take. Thread-safe.
 */
final class EngineLogServlet extends HttpServlet {

    private static final int MOST_FOLLOWERS = 100;
    private static final int MOST_READERS = 20;

    private static final Logger LOG = LoggerFactory.getLogger(EngineLogServlet.class);
    private static final String BEARER = "Bearer ";

    private final transient Jdbi jdbi;
    private final UUID workerId;
    private final transient EngineOutput output;
    private final transient LogMetrics metrics;
    private final Semaphore followers = new Semaphore(MOST_FOLLOWERS);
    private final Semaphore readers = new Semaphore(MOST_READERS);
    private volatile boolean stopping;

    EngineLogServlet(Jdbi jdbi, UUID workerId, EngineOutput output, LogMetrics metrics) {
        this.jdbi = jdbi;
        this.workerId = workerId;
        this.output = output;
        this.metrics = metrics;
        metrics.watch(() -> MOST_FOLLOWERS - followers.availablePermits());
    }

    /** Tells all who listen that this ends, within a second or so. */
    void stop() {
        stopping = true;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<EngineId> engine = engine(request.getHeader("Authorization"));
        if (engine.isEmpty()) {
            metrics.refused();
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
            return;
        }
        try {
            serve(engine.get(), LogQuery.parse(request::getParameter), response);
        } catch (IllegalArgumentException malformed) {
            response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
        }
    }

    private Optional<EngineId> engine(@Nullable String authorization) {
        if (authorization == null || !authorization.startsWith(BEARER)) {
            return Optional.empty();
        }
        LogTicket ticket = new LogTicket(authorization.substring(BEARER.length()));
        return jdbi.withExtension(LogDao.class, logs -> logs.redeem(ticket.hash(), workerId));
    }

    private void serve(EngineId engine, LogQuery query, HttpServletResponse response) throws IOException {
        Semaphore places = query.follow() ? followers : readers;
        if (stopping || !places.tryAcquire()) {
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            return;
        }
        try {
            tell(engine, query, response);
        } finally {
            places.release();
        }
    }

    private void tell(EngineId engine, LogQuery query, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain; charset=utf-8");
        OutputStream body = response.getOutputStream();
        try {
            output.tell(engine, query, frame -> send(frame, body, query.follow()), () -> stopping);
        } catch (BackendException unreadable) {
            LOG.warn("the output of engine {} could not be read: {}", engine, unreadable.getMessage());
            if (!response.isCommitted()) {
                response.reset();
                response.setStatus(HttpServletResponse.SC_BAD_GATEWAY);
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(LogFrame frame, OutputStream body, boolean atOnce) throws IOException {
        body.write((frame.encoded() + "\n").getBytes(StandardCharsets.UTF_8));
        if (atOnce) {
            body.flush();
        }
    }
}
