/** Real steps on a real registry, over containers in memory. */
@NullMarked
package ai.september.bap.activities.steps;

import org.jspecify.annotations.NullMarked;
