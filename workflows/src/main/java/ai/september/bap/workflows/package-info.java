/**
 * What happens to an engine, in order: one short workflow per operation, the activities they call, and how they are
 * started. Uses the registry's vocabulary; touches no container.
 */
@NullMarked
package ai.september.bap.workflows;

import org.jspecify.annotations.NullMarked;
