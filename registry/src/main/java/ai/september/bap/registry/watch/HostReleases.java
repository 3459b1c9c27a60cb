package ai.september.bap.registry.watch;

import ai.september.bap.registry.audit.Actor;
import ai.september.bap.registry.audit.AuditAction;
import ai.september.bap.registry.audit.AuditDao;
import ai.september.bap.registry.error.BapException;
import ai.september.bap.registry.error.ErrorCode;
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
     * @throws BapException {@code NOT_FOUND} if there is no such host
     */
    public static boolean ask(Jdbi jdbi, HostId hostId, Actor actor) {
        return jdbi.inTransaction(handle -> {
            HostDao hosts = handle.attach(HostDao.class);
            if (!hosts.exists(hostId)) {
                throw new BapException(
                        ErrorCode.NOT_FOUND,
                        "There is no host " + hostId.value()
                                + ". The mass_failure row in the audit log names the one.");
            }
            boolean released = hosts.releaseRestarts(hostId) > 0;
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
