/** Workflows on Temporal's test server, with scripted steps. */
@NullMarked
package ai.september.bap.workflows;

import org.jspecify.annotations.NullMarked;
