/** The log: single lines without content. */
@NullMarked
package ai.september.engine.log;

import org.jspecify.annotations.NullMarked;
