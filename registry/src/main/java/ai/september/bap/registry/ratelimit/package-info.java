/** The exact sliding window behind rate_limit_rpm, shared by all replicas: its log, and what is leased out of it. */
@NullMarked
package ai.september.bap.registry.ratelimit;

import org.jspecify.annotations.NullMarked;
