/** Tests of the packaged engine as a real process, over HTTP and signals only. */
@NullMarked
package ai.september.engine.process;

import org.jspecify.annotations.NullMarked;
