/** The engines table and the hot path, on a real PostgreSQL. */
@NullMarked
package ai.september.bap.registry.engine;

import org.jspecify.annotations.NullMarked;
