/** The process: commands, composition and its end. The only package that knows all others. */
@NullMarked
package ai.september.engine;

import org.jspecify.annotations.NullMarked;
