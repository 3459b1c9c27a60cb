/** Engines over HTTP: the admit path, the verbs, reading and listing. */
@NullMarked
package ai.september.bap.api.engine;

import org.jspecify.annotations.NullMarked;
