/** What is found and mended, on a real registry, Temporal's test server, and containers in memory. */
@NullMarked
package ai.september.bap.worker.reconcile;

import org.jspecify.annotations.NullMarked;
