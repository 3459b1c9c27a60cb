/** Strict JSON in and out. The only user of the JSON library. */
@NullMarked
package ai.september.engine.json;

import org.jspecify.annotations.NullMarked;
