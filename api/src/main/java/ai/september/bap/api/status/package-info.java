/** What the fleet and the process are like: status, metrics, health. */
@NullMarked
package ai.september.bap.api.status;

import org.jspecify.annotations.NullMarked;
