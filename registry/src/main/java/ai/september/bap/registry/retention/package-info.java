/** Deleting what is past its time, in every table that grows. */
@NullMarked
package ai.september.bap.registry.retention;

import org.jspecify.annotations.NullMarked;
