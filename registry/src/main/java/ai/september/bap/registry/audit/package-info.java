/** The audit log: what happened, who asked, how long it took. */
@NullMarked
package ai.september.bap.registry.audit;

import org.jspecify.annotations.NullMarked;
