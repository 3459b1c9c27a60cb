/** What ./bap dev is made of: stages that start in order and stop in reverse. Uses nothing but values. */
@NullMarked
package ai.september.bap.local.stage;

import org.jspecify.annotations.NullMarked;
