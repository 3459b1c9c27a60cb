/** Deleting products with all that is theirs. */
@NullMarked
package ai.september.bap.registry.deletion;

import org.jspecify.annotations.NullMarked;
