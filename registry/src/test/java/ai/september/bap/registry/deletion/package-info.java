/** Tests of the package of the same name. */
@NullMarked
package ai.september.bap.registry.deletion;

import org.jspecify.annotations.NullMarked;
