package ai.september.bap.activities.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Has the kernel take memory back from a container's processes, by the container's own file {@code memory.reclaim} of cgroup
 * v2. The worker has to see the daemon's processes and cgroups: one beside the daemon does, one in a container only with
 * {@code pid: host} and {@code /sys/fs/cgroup} mounted writable. Engines have no swap, so that what can be taken is what can
 * be read again: the program, its libraries, the brain's pages.
 */
final class MemoryReclaim {

    private static final String UNIFIED = "0::";
    private static final long MIB = 1 << 20;

    private final Path processes;
    private final Path groups;

    MemoryReclaim() {
        this(Path.of("/proc"), Path.of("/sys/fs/cgroup"));
    }

    /** With {@code /proc} and the root of the cgroups elsewhere. */
    MemoryReclaim(Path processes, Path groups) {
        this.processes = processes;
        this.groups = groups;
    }

    /** What came of it, in words for operators. The pid is the daemon's word for the process, which may be another one here. */
    String of(String containerId, long pid) {
        try {
            Path reclaim = group(containerId, pid).resolve("memory.reclaim");
            if (!Files.isWritable(reclaim)) {
                return "memory not reclaimed: " + reclaim.getFileName() + " is not there, or not writable";
            }
            return reclaim(reclaim);
        } catch (IOException unreachable) {
            return "memory not reclaimed: the container's cgroup (v2) can not be reached from this worker";
        }
    }

    private Path group(String containerId, long pid) throws IOException {
        return Files.readAllLines(processes.resolve(Long.toString(pid)).resolve("cgroup")).stream()
                .filter(line -> line.startsWith(UNIFIED) && line.contains(containerId))
                .map(line -> groups.resolve(line.substring(UNIFIED.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new IOException("process " + pid + " is none of that container's here"));
    }

    private static String reclaim(Path reclaim) throws IOException {
        Path current = reclaim.resolveSibling("memory.current");
        long before = number(current);
        try {
            Files.write(reclaim, Long.toString(before).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException notAllOfIt) {
            // The kernel has taken what it could, and says that it was less.
            return told(before, number(current));
        }
        return told(before, number(current));
    }

    private static long number(Path file) throws IOException {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (NumberFormatException strange) {
            throw new IOException(file + " holds no number", strange);
        }
    }

    private static String told(long before, long after) {
        return "reclaimed " + Math.max(0, before - after) / MIB + " of " + before / MIB + " MiB";
    }
}
