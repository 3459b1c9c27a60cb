/** Container daemons and the workers beside them, known by their heartbeats. */
@NullMarked
package ai.september.bap.registry.host;

import org.jspecify.annotations.NullMarked;
