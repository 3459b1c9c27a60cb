/** The composition root and console of ./bap dev. */
@NullMarked
package ai.september.bap.local.dev;

import org.jspecify.annotations.NullMarked;
