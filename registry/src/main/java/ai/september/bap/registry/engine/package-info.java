/** Engines: one row per user of a product. */
@NullMarked
package ai.september.bap.registry.engine;

import org.jspecify.annotations.NullMarked;
