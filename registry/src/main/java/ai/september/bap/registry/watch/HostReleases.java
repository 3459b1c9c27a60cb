package ai.september.bap.registry.watch;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.audit.AuditAction;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.host.HostDao;
import ai.september.bap.registry.id.HostId;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/** What an operator can say about restarts that a mass failure holds back. */
public final class HostReleases {

    private HostReleases() {}

    /**
     * Asks for their release, which whoever watches over the host sees to at the end of its next sweep.
     *
     * @return whether there was anything to release; only then it is audited
     */
    public static boolean ask(Jdbi jdbi, HostId hostId, Actor actor) {
        return jdbi.inTransaction(handle -> {
            boolean released = handle.attach(HostDao.class).releaseRestarts(hostId) > 0;
            if (released) {
                handle.attach(AuditDao.class)
                        .insert(
                                null,
                                null,
                                null,
                                AuditAction.MASS_FAILURE_RELEASE,
                                actor,
                                Map.of("host_id", hostId.value(), "reason", "asked for"),
                                null);
            }
            return released;
        });
    }
}
