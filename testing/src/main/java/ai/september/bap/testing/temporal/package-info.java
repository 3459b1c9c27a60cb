/** What stands before a Temporal in tests: encryption, keys and refusals. */
@NullMarked
package ai.september.bap.testing.temporal;

import org.jspecify.annotations.NullMarked;
