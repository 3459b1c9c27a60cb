/** Hosts and workers, on a real PostgreSQL. */
@NullMarked
package ai.september.bap.registry.host;

import org.jspecify.annotations.NullMarked;
