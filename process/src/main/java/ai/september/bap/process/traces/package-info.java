/** OpenTelemetry traces of one process: off unless asked for, and then sent to a collector. */
@NullMarked
package ai.september.bap.process.traces;

import org.jspecify.annotations.NullMarked;
