/** Operations over HTTP, and waiting for them without holding a thread. */
@NullMarked
package ai.september.bap.api.operation;

import org.jspecify.annotations.NullMarked;
