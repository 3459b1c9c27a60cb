package ai.september.bap.bench;

import ai.september.bap.bench.Product.Engine;
import java.io.IOException;
import java.util.List;

/** Of engines that are processes of this machine, found by the id in their environment. */
record ProcessAccounts(List<Engine> engines) implements EngineAccounts {

    /** What processes have of memory, each with all that it maps, and each with its part of that. */
    static final List<String> HEADS = List.of("resident, MB", "shares of what they map, MB");

    @Override
    public List<String> heads() {
        return HEADS;
    }

    @Override
    public List<Double> memory() throws IOException {
        return memory(processes());
    }

    /** The same of any processes. */
    static List<Double> memory(List<ProcessHandle> processes) throws IOException {
        double resident = 0;
        double shares = 0;
        for (ProcessHandle process : processes) {
            resident += ProcessFigures.memory(process.pid(), "Rss");
            shares += ProcessFigures.memory(process.pid(), "Pss");
        }
        return List.of(resident, shares);
    }

    @Override
    public double cpuSeconds() {
        return processes().stream()
                .mapToDouble(process -> ProcessFigures.cpu(process).toMillis() / 1e3)
                .sum();
    }

    private List<ProcessHandle> processes() {
        return engines.stream()
                .flatMap(engine -> ProcessFigures.byEnvironment(engine.id()))
                .toList();
    }
}
