package ai.september.bap.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Of engines that are containers of a stack: by control groups, by processes, and what Docker runs for each of them. */
record ContainerAccounts(ComposeStack stack) implements EngineAccounts {

    /** What a container has beside it as long as it runs. */
    private static final String PROXY = "docker-proxy";

    @Override
    public List<String> heads() {
        List<String> heads = new ArrayList<>(List.of("control groups, MB", "anonymous, MB"));
        heads.addAll(ProcessAccounts.HEADS);
        heads.add("shims and proxies, shares, MB");
        return heads;
    }

    @Override
    public List<Double> memory() throws IOException, InterruptedException {
        double all = 0;
        double anonymous = 0;
        List<ProcessHandle> processes = new ArrayList<>();
        List<ProcessHandle> besides = new ArrayList<>(proxies());
        for (String init : inits()) {
            ControlGroup group = ControlGroup.ofMemory(init);
            all += group.memory();
            anonymous += group.anonymous();
            ProcessHandle first = ProcessHandle.of(Long.parseLong(init)).orElseThrow();
            processes.add(first);
            first.descendants().forEach(processes::add);
            first.parent().ifPresent(besides::add);
        }
        List<Double> memory = new ArrayList<>(List.of(all, anonymous));
        memory.addAll(ProcessAccounts.memory(processes));
        memory.add(ProcessAccounts.memory(besides).get(1));
        return memory;
    }

    private List<String> inits() throws IOException, InterruptedException {
        return stack.processes(stack.engines()).stream()
                .filter(pid -> !pid.equals("0"))
                .toList();
    }

    private static List<ProcessHandle> proxies() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(ContainerAccounts::isProxyOfEngine)
                        .isPresent())
                .toList();
    }

    private static boolean isProxyOfEngine(String command) {
        return command.contains(PROXY) && command.contains("-host-port " + ComposeStack.PORTS_BEGIN_WITH);
    }

    @Override
    public double cpuSeconds() throws IOException, InterruptedException {
        double seconds = 0;
        for (String init : inits()) {
            seconds += ControlGroup.ofCpu(init).cpuSeconds();
        }
        return seconds;
    }
}
