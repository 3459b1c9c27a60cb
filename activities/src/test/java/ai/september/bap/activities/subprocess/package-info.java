/** Tests with real processes; fake engines are shell scripts. */
@NullMarked
package ai.september.bap.activities.subprocess;

import org.jspecify.annotations.NullMarked;
