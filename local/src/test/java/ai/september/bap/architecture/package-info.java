/** The shape of the whole, as rules. */
@NullMarked
package ai.september.bap.architecture;

import org.jspecify.annotations.NullMarked;
