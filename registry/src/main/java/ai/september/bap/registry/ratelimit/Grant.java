package ai.september.bap.registry.ratelimit;

import java.time.Duration;

/**
 * The log's answer.
 *
 * @param admits how many may pass; 0 if there is no room
 * @param row where they are counted; meaningless without any
 * @param time how long the grant is good; without any, how long until there is room
 */
record Grant(int admits, long row, Duration time) {}
