package ai.september.bap.activities.docker;

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
}
