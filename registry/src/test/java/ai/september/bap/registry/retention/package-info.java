/** Tests of the package of the same name. */
@NullMarked
package ai.september.bap.registry.retention;

import org.jspecify.annotations.NullMarked;
