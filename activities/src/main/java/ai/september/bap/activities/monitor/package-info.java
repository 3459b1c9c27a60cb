/** Watching over the engines of one host: sweeps of probes, exits, what fails together and what fails alone. */
@NullMarked
package ai.september.bap.activities.monitor;

import org.jspecify.annotations.NullMarked;
