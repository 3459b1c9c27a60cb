/** The rate limiter, on a real PostgreSQL. */
@NullMarked
package ai.september.bap.registry.ratelimit;

import org.jspecify.annotations.NullMarked;
