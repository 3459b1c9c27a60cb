/** Sweeps, and what is concluded from them. */
@NullMarked
package ai.september.bap.activities.monitor;

import org.jspecify.annotations.NullMarked;
