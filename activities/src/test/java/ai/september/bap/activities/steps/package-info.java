/** Real steps on a real registry and a real server's worth of processes, delivered twice, late and out of order. */
@NullMarked
package ai.september.bap.activities.steps;

import org.jspecify.annotations.NullMarked;
