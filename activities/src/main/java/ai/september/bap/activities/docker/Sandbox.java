package ai.september.bap.activities.docker;

import ai.september.bap.activities.container.ContainerSpec;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.VolumeOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What every container of an engine gets, and what none may do. */
final class Sandbox {

    /** Programs unpack and load nothing from there; it ends with the container. */
    private static final Map<String, String> TMP = Map.of("/tmp", "rw,noexec,nosuid,nodev,size=64m,mode=1777");

    /** Explicitly this driver: the daemon's own choice might not be readable, or without limits. */
    private static final LogConfig LOG =
            new LogConfig(LogConfig.LoggingType.JSON_FILE, Map.of("max-size", "10m", "max-file", "3"));

    private final DockerSettings settings;
    private final Labels labels;

    Sandbox(DockerSettings settings, Labels labels) {
        this.settings = settings;
        this.labels = labels;
    }

    HostConfig of(ContainerSpec spec) {
        EngineLimits limits = settings.limits().with(spec.resources(), settings.mostLimits());
        return HostConfig.newHostConfig()
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withPrivileged(false)
                .withReadonlyRootfs(true)
                .withTmpFs(TMP)
                .withIpcMode("private")
                .withInit(true)
                .withMemory(limits.memoryBytes())
                // As much as memory alone: no swap.
                .withMemorySwap(limits.memoryBytes())
                .withNanoCPUs(limits.nanoCpus())
                .withPidsLimit(limits.pids())
                .withLogConfig(LOG)
                .withMounts(mounts(spec));
    }

    private List<Mount> mounts(ContainerSpec spec) {
        List<Mount> mounts = new ArrayList<>();
        mounts.add(data(spec));
        if (settings.catalog() != null) {
            mounts.add(new Mount()
                    .withType(MountType.BIND)
                    .withSource(settings.catalog().toString())
                    .withTarget(Names.CATALOG)
                    .withReadOnly(true));
        }
        return mounts;
    }

    /** With its labels: a daemon that is slow makes the volume again if it was removed while the container was being made. */
    Mount data(ContainerSpec spec) {
        return new Mount()
                .withType(MountType.VOLUME)
                .withSource(Names.volume(spec.engineId()))
                .withTarget(Names.DATA)
                .withVolumeOptions(
                        new VolumeOptions().withLabels(labels.ofVolume(spec)).withNoCopy(true));
    }

    /** The variables of the engine contract, in a stable order. */
    List<String> environment(String keyHash) {
        Map<String, String> variables = new TreeMap<>(settings.passthrough());
        variables.put("ENGINE_KEY_HASH", keyHash);
        variables.put("SQLITE_DB_PATH", Names.DATA + "/" + Names.BRAIN);
        variables.put("CATALOG_DIR", Names.CATALOG);
        return variables.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
    }
}
