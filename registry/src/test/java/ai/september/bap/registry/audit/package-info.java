/** The audit log, on a real PostgreSQL. */
@NullMarked
package ai.september.bap.registry.audit;

import org.jspecify.annotations.NullMarked;
