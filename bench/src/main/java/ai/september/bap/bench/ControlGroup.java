package ai.september.bap.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A container's account with one of the kernel's controllers. Version 1 keeps a hierarchy for each of them, version 2 has only
 * one.
 */
record ControlGroup(Path folder, boolean unified) {

    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final double NANOSECONDS = 1e9;
    private static final double MICROSECONDS = 1e6;
    private static final double MIB = 1 << 20;

    /** Of the processor, by the first process of its container. */
    static ControlGroup ofCpu(String pid) throws IOException {
        return of(pid, "cpuacct", "cpu.stat");
    }

    /** Of memory, the same. */
    static ControlGroup ofMemory(String pid) throws IOException {
        return of(pid, "memory", "memory.current");
    }

    private static ControlGroup of(String pid, String controller, String unifiedFile) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", pid, "cgroup"))) {
            String[] group = line.split(":", 3);
            Path path = Path.of(group[2].substring(1));
            if (Arrays.asList(group[1].split(",")).contains(controller)) {
                return new ControlGroup(ROOT.resolve(controller).resolve(path), false);
            }
            if (group[0].equals("0") && Files.exists(ROOT.resolve(path).resolve(unifiedFile))) {
                return new ControlGroup(ROOT.resolve(path), true);
            }
        }
        throw new IOException("process " + pid + " has no control group that accounts for " + controller);
    }

    /** Seconds of CPU time since the container began. */
    double cpuSeconds() throws IOException {
        return unified ? number("cpu.stat", "usage_usec ") / MICROSECONDS : number("cpuacct.usage", "") / NANOSECONDS;
    }

    /** All that counts as its memory, in MiB: with what it has read and the kernel can read again. */
    double memory() throws IOException {
        return number(unified ? "memory.current" : "memory.usage_in_bytes", "") / MIB;
    }

    /** What of it can only be kept or swapped, in MiB. */
    double anonymous() throws IOException {
        return number("memory.stat", unified ? "anon " : "total_rss ") / MIB;
    }

    private long number(String file, String field) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve(file));
        return lines.stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.substring(field.length()).strip()))
                .findFirst()
                .orElseThrow(() -> new IOException(file + " has no " + field));
    }
}
