/** The process that hosts workflows and activities: composition, heartbeats, the relay, shutdown that drains. */
@NullMarked
package ai.september.bap.worker;

import org.jspecify.annotations.NullMarked;
