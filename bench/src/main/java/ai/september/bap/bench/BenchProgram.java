package ai.september.bap.bench;

import java.util.OptionalInt;
import org.slf4j.LoggerFactory;

/** The main program; {@code bench/run} starts it in the repository's folder. */
public final class BenchProgram {

    private BenchProgram() {}

    /** Arguments: what to measure ({@code boot}, {@code hot} and so on), and how often. */
    public static void main(String[] arguments) {
        int exitCode = 0;
        try {
            OptionalInt count =
                    arguments.length > 1 ? OptionalInt.of(Integer.parseInt(arguments[1])) : OptionalInt.empty();
            run(arguments[0], count);
        } catch (Exception failed) {
            Progress.say("failed: " + failed);
            LoggerFactory.getLogger(BenchProgram.class).error("failed", failed);
            exitCode = 1;
        }
        // Threads of libraries may linger.
        System.exit(exitCode);
    }

    private static void run(String what, OptionalInt count) throws Exception {
        switch (what) {
            case "boot" -> new BootBench(count.orElse(25)).run();
            case "provision" -> new ProvisionBench(count.orElse(40)).run();
            case "hot" -> new HotBench(count.orElse(10)).run();
            case "limits" -> new LimitsBench(count.orElse(5)).run();
            case "limiter" -> new LimiterBench(count.orElse(6)).run();
            case "herds" -> new HerdBench(count.orElse(5)).run();
            case "docker" -> new DockerBench(count.orElse(40)).run();
            case "temporal" -> new TemporalBench(count.orElse(24)).run();
            case "sleep" -> new SleepBench(count.orElse(120)).run();
            case "sweep" -> new SweepBench(count.orElse(10_000)).run();
            default ->
                throw new IllegalArgumentException(
                        "boot, provision, hot, limits, limiter, herds, docker, temporal, sweep or sleep, not " + what);
        }
    }
}
