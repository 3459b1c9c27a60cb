package ai.september.bap.worker.reconcile;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.id.HostId;
import ai.september.bap.registry.id.InstallationId;
import java.time.Instant;
import java.util.List;

/**
 * What the doctor found on one host.
 *
 * @param notLookedAt what could not be looked at, and why; a sentence each
 * @param foreign what others have in the same daemon, which is no disagreement
 */
public record Examination(
        InstallationId installationId,
        HostId hostId,
        Instant lookedAt,
        List<Finding> findings,
        List<String> notLookedAt,
        List<ForeignThings> foreign) {

    public Examination {
        requireNonNull(installationId, "installationId");
        requireNonNull(hostId, "hostId");
        requireNonNull(lookedAt, "lookedAt");
        findings = List.copyOf(findings);
        notLookedAt = List.copyOf(notLookedAt);
        foreign = List.copyOf(foreign);
    }
}
