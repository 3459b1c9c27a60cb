package ai.september.bap.worker;

import ai.september.bap.process.Prerequisites.Absence;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.logs.LogDao;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Proves by rows, again and again, that this worker lives, and its host as long as the container daemon answers. */
final class Heartbeat implements Runnable {

    static final Duration INTERVAL = Duration.ofSeconds(5);

    /** Rows of workers that died without a word go after a while; they count as dead much sooner. */
    private static final Duration FORGET_AFTER = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private final Jdbi jdbi;
    private final UUID workerId;
    private final HostId hostId;
    private final Absence daemon;
    private final Supplier<Optional<String>> logAddress;
    private boolean away;

    /** @param logAddress where this worker serves what engines print, once it does */
    Heartbeat(Jdbi jdbi, UUID workerId, HostId hostId, Absence daemon, Supplier<Optional<String>> logAddress) {
        this.jdbi = jdbi;
        this.workerId = workerId;
        this.hostId = hostId;
        this.daemon = daemon;
        this.logAddress = logAddress;
    }

    @Override
    public synchronized void run() {
        Optional<String> absence = daemon.reason();
        tellOfChange(absence);
        jdbi.useTransaction(handle -> {
            HostDao hosts = handle.attach(HostDao.class);
            if (absence.isEmpty()) {
                hosts.heartbeat(hostId);
            }
            hosts.heartbeat(workerId, hostId, logAddress.get().orElse(null));
            hosts.forgetSilent(FORGET_AFTER);
            handle.attach(LogDao.class).forgetExpired(workerId);
        });
    }

    private void tellOfChange(Optional<String> absence) {
        if (absence.isPresent() != away) {
            away = absence.isPresent();
            if (away) {
                LOG.warn("operations wait: {}", absence.get());
            } else {
                LOG.info("the container daemon answers again");
            }
        }
    }

    void leave() {
        jdbi.useExtension(HostDao.class, hosts -> hosts.leave(workerId));
    }
}
