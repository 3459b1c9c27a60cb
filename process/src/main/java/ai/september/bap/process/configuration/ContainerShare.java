package ai.september.bap.process.configuration;

/**
 * What one engine may take of its host.
 *
 * @param memory in bytes
 * @param nanoCpus billionths of a processor
 * @param pids processes and threads
 */
public record ContainerShare(long memory, long nanoCpus, int pids) {}
