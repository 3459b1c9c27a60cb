/** Who may read what engines print, and where. Not what they print: that is never in the database. */
@NullMarked
package ai.september.bap.registry.logs;

import org.jspecify.annotations.NullMarked;
