/** Prometheus metrics of one process, served on its admin port. */
@NullMarked
package ai.september.bap.process.metrics;

import org.jspecify.annotations.NullMarked;
