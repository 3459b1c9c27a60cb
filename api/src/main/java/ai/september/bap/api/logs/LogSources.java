package ai.september.bap.api.logs;

import ai.september.bap.process.logs.LogQuery;
import ai.september.bap.registry.engine.EngineRow;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
import ai.september.bap.registry.logs.LogDao;
import ai.september.bap.registry.logs.LogSource;
import ai.september.bap.registry.logs.LogTicket;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds a worker beside an engine that sends what it prints. Thread-safe. */
public final class LogSources {

    private static final Logger LOG = LoggerFactory.getLogger(LogSources.class);

    /** A worker's heart beats every five seconds. */
    private static final Duration SILENCE = Duration.ofSeconds(15);

    /** A ticket is for the request that follows at once. */
    private static final Duration TICKET_LIFE = Duration.ofSeconds(30);

    /** More workers of a host do not answer either, for what it looks like. */
    private static final int MOST_ASKED = 3;

    private final Jdbi jdbi;
    private final SecureRandom random = new SecureRandom();

    public LogSources(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * The engine's output.
     *
     * @throws BapException {@code UNAVAILABLE} if no worker sends it
     */
    WorkerLog open(EngineRow engine, LogQuery query) {
        List<LogSource> sources = jdbi.withExtension(LogDao.class, logs -> logs.sources(engine.hostId(), SILENCE));
        boolean busy = false;
        for (LogSource source : sources.subList(0, Math.min(sources.size(), MOST_ASKED))) {
            try {
                Optional<WorkerLog> log = open(source, engine, query);
                if (log.isPresent()) {
                    return log.get();
                }
            } catch (WorkerLog.BusyException full) {
                busy = true;
            } catch (IOException absent) {
                LOG.warn("the worker at {} does not send what engines print: {}", source.address(), absent.toString());
            }
        }
        throw busy ? busy() : absent();
    }

    /** Empty if the worker has just left. */
    private Optional<WorkerLog> open(LogSource source, EngineRow engine, LogQuery query) throws IOException {
        LogTicket ticket = LogTicket.random(random);
        int issued = jdbi.withExtension(
                LogDao.class, logs -> logs.issue(ticket.hash(), source.workerId(), engine.engineId(), TICKET_LIFE));
        return issued == 0 ? Optional.empty() : Optional.of(WorkerLog.open(source.address(), ticket, query));
    }

    private static BapException busy() {
        return new BapException(
                ErrorCode.UNAVAILABLE, "Too many read what the engines of this host print. Send it again later.");
    }

    private static BapException absent() {
        return new BapException(
                ErrorCode.UNAVAILABLE,
                "No worker beside this engine sends what it prints. Send it again in a few seconds; if that does not help,"
                        + " the operator checks that a worker of its host runs and that the API reaches it"
                        + " (ORCH_ENGINE_LOGS_BIND_HOST).");
    }
}
