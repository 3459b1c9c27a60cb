package ai.september.bap.bench;

import java.io.IOException;
import java.util.List;

/** What the kernel says that a fleet of engines takes. */
interface EngineAccounts {

    /** What {@link #memory} consists of, as a table's heads. */
    List<String> heads();

    /** All engines' together, in MB. */
    List<Double> memory() throws IOException, InterruptedException;

    /** Seconds of CPU time that those have used that run now. */
    double cpuSeconds() throws IOException, InterruptedException;
}
