/** The connection to Temporal. What is run there lives in workflows. */
@NullMarked
package ai.september.bap.process.temporal;

import org.jspecify.annotations.NullMarked;
