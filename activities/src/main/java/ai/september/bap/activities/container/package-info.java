/** The port to whatever runs engines, and the values that cross it. Backends live in packages of their own. */
@NullMarked
package ai.september.bap.activities.container;

import org.jspecify.annotations.NullMarked;
