package ai.september.bap.activities.docker;

import ai.september.bap.registry.product.Resources;
import java.math.BigDecimal;

/**
 * What one engine may take of its host.
 *
 * @param memoryBytes memory, swap included; what takes more is killed
 * @param nanoCpus processor time, in billionths of a processor
 * @param pids processes and threads
 */
public record EngineLimits(long memoryBytes, long nanoCpus, long pids) {

    public EngineLimits {
        if (memoryBytes <= 0 || nanoCpus <= 0 || pids <= 0) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }

    /** These, with what is asked for instead, as far as {@code most} allows it. */
    EngineLimits with(Resources wanted, EngineLimits most) {
        Long memory = wanted.memoryBytes();
        return new EngineLimits(
                memory == null ? memoryBytes : Math.min(memory, most.memoryBytes),
                wanted.cpus() == null ? nanoCpus : Math.min(nano(wanted.cpus()), most.nanoCpus),
                wanted.pids() == null ? pids : Math.min(wanted.pids(), most.pids));
    }

    private static long nano(BigDecimal cpus) {
        return cpus.movePointRight(9).longValue();
    }
}
