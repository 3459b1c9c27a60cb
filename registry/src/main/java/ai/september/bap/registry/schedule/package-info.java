/** When sleepers are woken without anybody asking. Knows cron; may use the lifecycle. */
@NullMarked
package ai.september.bap.registry.schedule;

import org.jspecify.annotations.NullMarked;
