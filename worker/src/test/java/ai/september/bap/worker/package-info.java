/** The worker's own parts on a real database; containers in memory where processes are not the point. */
@NullMarked
package ai.september.bap.worker;

import org.jspecify.annotations.NullMarked;
