/** The steps of operations: fenced, idempotent, journalled. They decide; backends and probes do. */
@NullMarked
package ai.september.bap.activities.steps;

import org.jspecify.annotations.NullMarked;
