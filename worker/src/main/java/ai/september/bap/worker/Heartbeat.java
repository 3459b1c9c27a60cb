package ai.september.bap.worker;

import ai.september.bap.process.Prerequisites.Absence;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.id.HostId;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
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
    private final HostId hostId;
    private final Absence daemon;
    private final UUID workerId = UUID.randomUUID();
    private boolean away;

    Heartbeat(Jdbi jdbi, HostId hostId, Absence daemon) {
        this.jdbi = jdbi;
        this.hostId = hostId;
        this.daemon = daemon;
    }

    @Override
    public void run() {
        Optional<String> absence = daemon.reason();
        tellOfChange(absence);
        jdbi.useTransaction(handle -> {
            HostDao hosts = handle.attach(HostDao.class);
            if (absence.isEmpty()) {
                hosts.heartbeat(hostId);
            }
            hosts.heartbeat(workerId, hostId);
            hosts.forgetSilent(FORGET_AFTER);
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
