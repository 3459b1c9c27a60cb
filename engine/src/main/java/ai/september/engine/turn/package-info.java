/** One turn of a conversation: running it, its events, its end. Uses the brain and a provider. */
@NullMarked
package ai.september.engine.turn;

import org.jspecify.annotations.NullMarked;
