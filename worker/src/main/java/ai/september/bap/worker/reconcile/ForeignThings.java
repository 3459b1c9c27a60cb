package ai.september.bap.worker.reconcile;

import ai.september.bap.activities.docker.DockerInstallations;
import ai.september.bap.registry.id.InstallationId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What another installation, alive or vanished, has in the same container daemon.
 *
 * @param running how many of its containers run
 * @param lastMade when something was last made for it; null where that is not known
 */
public record ForeignThings(
        String installationId,
        long running,
        @Nullable Instant lastMade,
        List<String> containers,
        List<String> volumes,
        List<String> networks) {

    /** Looks for them. */
    @FunctionalInterface
    public interface Source {
        /** What others than ours have. */
        List<ForeignThings> find() throws InterruptedException;
    }

    /** What others than that installation have in a daemon. */
    public static Source beside(InstallationId ours, DockerInstallations installations) {
        return () -> installations.list().stream()
                .filter(found -> !found.installationId().equals(ours.toString()))
                .map(Leftovers::things)
                .toList();
    }

    /** A container daemon in which installations have things. */
    public interface Store {
        /** Every installation that has something there. */
        List<ForeignThings> list() throws InterruptedException;

        /**
         * Removes all that an installation had when it was looked at, brains included.
         *
         * @throws RuntimeException saying what is in the way, such as a sign of life since
         */
        void remove(ForeignThings seen) throws InterruptedException;
    }

    public ForeignThings {
        containers = List.copyOf(containers);
        volumes = List.copyOf(volumes);
        networks = List.copyOf(networks);
    }
}
