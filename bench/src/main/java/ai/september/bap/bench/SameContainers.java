package ai.september.bap.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;

/** Whether two containers are held by the same limits: else there would be nothing to compare. */
final class SameContainers {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> LIMITS = List.of(
            "CapDrop",
            "SecurityOpt",
            "Privileged",
            "ReadonlyRootfs",
            "Tmpfs",
            "IpcMode",
            "Init",
            "Memory",
            "MemorySwap",
            "NanoCpus",
            "PidsLimit",
            "LogConfig",
            "NetworkMode",
            "RestartPolicy");

    private SameContainers() {}

    /** @throws IOException if they differ, naming in what */
    static void require(Command docker, String ours, String bare) throws IOException, InterruptedException {
        JsonNode one = limits(docker, ours);
        JsonNode other = limits(docker, bare);
        for (String limit : LIMITS) {
            if (!one.path(limit).equals(other.path(limit))) {
                throw new IOException("containers differ in " + limit + ": " + one.path(limit) + " and "
                        + other.path(limit) + "; BareContainer is to be brought up to date");
            }
        }
    }

    private static JsonNode limits(Command docker, String container) throws IOException, InterruptedException {
        return JSON.readTree(docker.run("docker", "inspect", "-f", "{{json .HostConfig}}", container));
    }
}
