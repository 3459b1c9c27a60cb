/** Asking an engine how it is, over HTTP. */
@NullMarked
package ai.september.bap.activities.probe;

import org.jspecify.annotations.NullMarked;
