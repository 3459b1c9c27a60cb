package ai.september.bap.process.configuration;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What engines may take of their host.
 *
 * @param each what one engine may take, if its product's policy asks for nothing else
 * @param most what a policy may ask for at most
 * @param hostMemory of all engines of a host together, in bytes; empty: most of what the daemon has beyond the reserve
 * @param hostMemoryReserve for whatever else runs beside the engines, in bytes
 */
public record ContainerLimits(
        ContainerShare each, ContainerShare most, Optional<Long> hostMemory, long hostMemoryReserve) {

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})|([0-9]{1,6})([kmgKMG])[bB]?");
    private static final String SIZE_REMEDY = "use a number of bytes, or one with k, m or g, for example 256m";
    private static final String CPUS_REMEDY = "use a number of processors from 0.01 on, for example 0.5";
    private static final BigDecimal BILLION = BigDecimal.valueOf(1_000_000_000);
    private static final BigDecimal FEWEST_CPUS = new BigDecimal("0.01");
    private static final BigDecimal MOST_CPUS = new BigDecimal("1024");

    /** Less is not granted by Docker. */
    private static final long LEAST_MEMORY = 6L << 20;

    private static final int FEWEST_PIDS = 16;
    private static final int MOST_PIDS = 1_000_000;
    private static final String PIDS_REMEDY = "use a whole number from " + FEWEST_PIDS + " to " + MOST_PIDS;

    static Draft<ContainerLimits> read(SettingsReader in) {
        Setting<Long> memory = in.required("engine.memory", ContainerLimits::memory, SIZE_REMEDY);
        Setting<Long> cpus = in.required("engine.cpus", ContainerLimits::nanoCpus, CPUS_REMEDY);
        Setting<Integer> pids = in.whole("engine.pids", FEWEST_PIDS, MOST_PIDS);
        Setting<Optional<Long>> budget = in.optional("engine.hostMemoryBudget", ContainerLimits::memory, SIZE_REMEDY);
        Setting<Long> reserve = in.required("engine.hostMemoryReserve", ContainerLimits::size, SIZE_REMEDY);
        if (memory.isGood() && budget.isGood()) {
            budget.value()
                    .filter(all -> all < memory.value())
                    .ifPresent(all -> in.problem(
                            "engine.hostMemoryBudget",
                            "is " + in.text("engine.hostMemoryBudget").orElse("")
                                    + ", less than one engine may have (ORCH_ENGINE_MEMORY); use more"));
        }
        Setting<Optional<Long>> memoryMax = in.optional("engine.memoryMax", ContainerLimits::memory, SIZE_REMEDY);
        Setting<Optional<Long>> cpusMax = in.optional("engine.cpusMax", ContainerLimits::nanoCpus, CPUS_REMEDY);
        Setting<Optional<Long>> pidsMax = in.optional("engine.pidsMax", ContainerLimits::pids, PIDS_REMEDY);
        requireNotLess(in, "engine.memory", memory, memoryMax);
        requireNotLess(in, "engine.cpus", cpus, cpusMax);
        requireNotLess(in, "engine.pids", pids, pidsMax);
        return () -> new ContainerLimits(
                new ContainerShare(memory.value(), cpus.value(), pids.value()),
                new ContainerShare(
                        memoryMax.value().orElse(memory.value()),
                        cpusMax.value().orElse(cpus.value()),
                        pidsMax.value().map(Math::toIntExact).orElse(pids.value())),
                budget.value(),
                reserve.value());
    }

    private static void requireNotLess(
            SettingsReader in, String path, Setting<? extends Number> each, Setting<Optional<Long>> most) {
        if (each.isGood() && most.isGood()) {
            most.value()
                    .filter(max -> max < each.value().longValue())
                    .ifPresent(max -> in.problem(
                            path + "Max",
                            "is " + in.text(path + "Max").orElse("") + ", less than what each engine has ("
                                    + in.text(path).orElse("") + "); use as much or more"));
        }
    }

    /**
     * What all engines of a host may have together, in bytes. Of what is not reserved, a fifth is left to the kernel and the
     * daemon.
     *
     * @param all the memory of the daemon's machine, in bytes
     */
    public long hostBudget(long all) {
        return hostMemory.orElse(Math.max(0, all - hostMemoryReserve) / 5 * 4);
    }

    private static long memory(String text) {
        long bytes = size(text);
        if (bytes < LEAST_MEMORY) {
            throw new IllegalArgumentException("too little");
        }
        return bytes;
    }

    private static long size(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw new IllegalArgumentException("not a size");
        }
        return size.group(1) != null
                ? Long.parseLong(size.group(1))
                : Long.parseLong(size.group(2)) * unit(size.group(3));
    }

    private static long unit(String letter) {
        return switch (letter) {
            case "k", "K" -> 1L << 10;
            case "m", "M" -> 1L << 20;
            default -> 1L << 30;
        };
    }

    private static long pids(String text) {
        long pids = Long.parseLong(text);
        if (pids < FEWEST_PIDS || pids > MOST_PIDS) {
            throw new IllegalArgumentException("out of range");
        }
        return pids;
    }

    private static long nanoCpus(String text) {
        BigDecimal cpus = new BigDecimal(text);
        if (cpus.compareTo(FEWEST_CPUS) < 0 || cpus.compareTo(MOST_CPUS) > 0) {
            throw new IllegalArgumentException("out of range");
        }
        return cpus.multiply(BILLION).longValue();
    }
}
