package ai.september.bap.activities.docker;

import static java.util.Objects.requireNonNull;

import ai.september.bap.registry.id.InstallationId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link DockerBackend} works with.
 *
 * @param installation whose containers are ours
 * @param network the network that engines are on
 * @param probeVia how this process reaches engines
 * @param passthrough variables for every engine, selected already; they hold provider keys
 * @param catalog a folder of the daemon's machine that engines see as {@code /catalog}, read-only; null if there is none
 * @param migrateCommand what the image is run with to migrate the brain; empty if it does so at boot
 * @param migrateTimeout time limit of one run of the migrate command
 * @param stopGrace what an engine is given between SIGTERM and SIGKILL by whoever stops it
 * @param limits what one engine may take, if its product asks for nothing else
 * @param mostLimits what one engine may take at most, whatever its product asks for
 * @param pullPolicy when images are fetched
 * @param startsAtOnce most containers that are being started at the same time
 */
public record DockerSettings(
        InstallationId installation,
        String network,
        ProbeVia probeVia,
        Map<String, String> passthrough,
        @Nullable Path catalog,
        List<String> migrateCommand,
        Duration migrateTimeout,
        Duration stopGrace,
        EngineLimits limits,
        EngineLimits mostLimits,
        PullPolicy pullPolicy,
        int startsAtOnce) {

    public DockerSettings {
        requireNonNull(installation, "installation");
        requireNonNull(network, "network");
        requireNonNull(probeVia, "probeVia");
        passthrough = Map.copyOf(passthrough);
        migrateCommand = List.copyOf(migrateCommand);
        requireNonNull(migrateTimeout, "migrateTimeout");
        requireNonNull(stopGrace, "stopGrace");
        requireNonNull(limits, "limits");
        requireNonNull(mostLimits, "mostLimits");
        requireNonNull(pullPolicy, "pullPolicy");
        if (startsAtOnce < 1) {
            throw new IllegalArgumentException("startsAtOnce must be 1 or more, not " + startsAtOnce);
        }
    }

    /** Without the values that are passed through. */
    @Override
    public String toString() {
        return "DockerSettings[" + installation + ", network " + network + ", passthrough [REDACTED]]";
    }
}
