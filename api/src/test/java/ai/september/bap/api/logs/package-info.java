/** Reading from workers, good and strange ones. */
@NullMarked
package ai.september.bap.api.logs;

import org.jspecify.annotations.NullMarked;
