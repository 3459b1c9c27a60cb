package ai.september.bap.worker;

import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.id.HostId;
import java.time.Duration;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Proves by a row, again and again, that this worker and its host live. */
final class Heartbeat implements Runnable {

    static final Duration INTERVAL = Duration.ofSeconds(5);

    /** Rows of workers that died without a word go after a while; they count as dead much sooner. */
    private static final Duration FORGET_AFTER = Duration.ofHours(1);

    private final Jdbi jdbi;
    private final HostId hostId;
    private final UUID workerId = UUID.randomUUID();

    Heartbeat(Jdbi jdbi, HostId hostId) {
        this.jdbi = jdbi;
        this.hostId = hostId;
    }

    @Override
    public void run() {
        jdbi.useTransaction(handle -> {
            HostDao hosts = handle.attach(HostDao.class);
            hosts.heartbeat(hostId);
            hosts.heartbeat(workerId, hostId);
            hosts.forgetSilent(FORGET_AFTER);
        });
    }

    void leave() {
        jdbi.useExtension(HostDao.class, hosts -> hosts.leave(workerId));
    }
}
