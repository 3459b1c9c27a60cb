package ai.september.bap.registry.ratelimit;

/**
 * What a replica asks of the log.
 *
 * @param limit most admits in a window
 * @param want most admits of the grant
 * @param unusedRow where the lease before was counted
 * @param unused how many of it will not be used, and are given back
 */
record Claim(int limit, int want, long unusedRow, int unused) {}
