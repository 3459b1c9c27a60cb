package ai.september.bap.worker;

import static java.util.Objects.requireNonNull;

import ai.september.bap.activities.container.ContainerBackend;
import ai.september.bap.process.Prerequisites.Absence;
import ai.september.bap.registry.host.HostOffer;
import ai.september.bap.registry.id.HostId;
import ai.september.bap.worker.reconcile.ForeignThings;

/**
 * What a worker stands beside.
 *
 * @param offer the host as it is announced
 * @param daemon why the container daemon does not answer; always there where there is none
 * @param foreign what other installations have beside ours
 * @param claimKeeper what keeps the claim on the host, where there has to be one
 */
record EngineSide(
        HostOffer offer, ContainerBackend backend, Absence daemon, ForeignThings.Source foreign, Runnable claimKeeper) {

    EngineSide {
        requireNonNull(offer, "offer");
        requireNonNull(backend, "backend");
        requireNonNull(daemon, "daemon");
        requireNonNull(foreign, "foreign");
        requireNonNull(claimKeeper, "claimKeeper");
    }

    HostId hostId() {
        return offer.hostId();
    }
}
