package ai.september.bap.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Whose the machine's CPU time was, by the kernel's accounts: of containers' control groups, and of processes. */
final class CpuSplit {

    /** Of the kernel's accounts of processes. */
    private static final double TICKS_A_SECOND = 100;

    /** As the kernel cuts them off. */
    private static final Set<String> DOCKER =
            Set.of("dockerd", "containerd", "containerd-shim", "docker-proxy", "runc");

    private final ComposeStack stack;
    private final Map<String, List<String>> services = new LinkedHashMap<>();
    private final Accounts before;

    /** From now on. */
    CpuSplit(ComposeStack stack) throws IOException, InterruptedException {
        this.stack = stack;
        for (String service : List.of("orchestrator", "worker", "temporal", "postgres")) {
            services.put("`" + service + "`", stack.processes(stack.containers(service)));
        }
        this.before = accounts();
    }

    /** A row per part: seconds since it began, of all that was used, and what that is for one of so many. */
    List<List<Object>> rows(int provisions) throws IOException, InterruptedException {
        Accounts after = accounts();
        double all = after.all() - before.all();
        Map<String, Double> used = after.parts();
        used.replaceAll((part, seconds) -> seconds - before.parts().getOrDefault(part, 0.0));
        used.put("engines, each from its first instruction", ofControlGroups(stack.processes(stack.engines())));
        double known = used.values().stream().mapToDouble(Double::doubleValue).sum();
        used.put("the rest: kernel, and whatever else runs", all - known);
        used.put("all", all);
        List<List<Object>> rows = new ArrayList<>();
        used.forEach((part, seconds) ->
                rows.add(List.of(part, seconds, Math.round(100 * seconds / all) + " %", 1000 * seconds / provisions)));
        return rows;
    }

    /** Seconds, of each part and of the whole machine. */
    private record Accounts(Map<String, Double> parts, double all) {}

    /** Of everything but the engines; reads files only, so that it is all of one moment. */
    private Accounts accounts() throws IOException {
        Map<String, Double> parts = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> service : services.entrySet()) {
            parts.put(service.getKey(), ofControlGroups(service.getValue()));
        }
        parts.put("Docker: daemon, containerd, shims", ofDocker());
        parts.put("the clients (this measurement)", ofProcess(Path.of("/proc/self")));
        return new Accounts(parts, ofMachine());
    }

    private static double ofControlGroups(List<String> processes) throws IOException {
        double seconds = 0;
        for (String process : processes) {
            seconds += ControlGroup.ofCpu(process).cpuSeconds();
        }
        return seconds;
    }

    private static double ofDocker() throws IOException {
        double seconds = 0;
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes.filter(CpuSplit::isOfDocker).toList()) {
                seconds += ofProcess(process);
            }
        }
        return seconds;
    }

    private static boolean isOfDocker(Path process) {
        try {
            return DOCKER.contains(Files.readString(process.resolve("comm")).strip());
        } catch (IOException noProcess) {
            return false;
        }
    }

    /** With those of its children that have ended. */
    private static double ofProcess(Path process) throws IOException {
        String stat = Files.readString(process.resolve("stat"));
        // After the name, which may hold anything: state, then fields 4 and on; 14 to 17 are user and system time.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Arrays.stream(fields, 11, 15).mapToLong(Long::parseLong).sum() / TICKS_A_SECOND;
    }

    private static double ofMachine() throws IOException {
        String[] fields = Files.readAllLines(Path.of("/proc/stat")).get(0).split(" +", -1);
        // User, nice, system; not idle and waiting; interrupts of either kind.
        return Stream.of(1, 2, 3, 6, 7)
                        .mapToLong(field -> Long.parseLong(fields[field]))
                        .sum()
                / TICKS_A_SECOND;
    }
}
