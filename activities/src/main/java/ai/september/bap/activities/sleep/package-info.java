/** What a host's worker does of itself so that idle engines sleep, and sleepers stay asleep. */
@NullMarked
package ai.september.bap.activities.sleep;

import org.jspecify.annotations.NullMarked;
