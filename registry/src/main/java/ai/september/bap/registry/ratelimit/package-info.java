/** The exact, shared sliding window behind rate_limit_rpm. */
@NullMarked
package ai.september.bap.registry.ratelimit;

import org.jspecify.annotations.NullMarked;
