/** Probing local HTTP servers that behave as engines do, and as they should not. */
@NullMarked
package ai.september.bap.activities.probe;

import org.jspecify.annotations.NullMarked;
