/** What tests of several packages need: a provider's server, an engine process, a reader of event streams. */
@NullMarked
package ai.september.engine.testing;

import org.jspecify.annotations.NullMarked;
