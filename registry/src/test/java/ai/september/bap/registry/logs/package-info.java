/** Tickets and those who honour them, on a real PostgreSQL. */
@NullMarked
package ai.september.bap.registry.logs;

import org.jspecify.annotations.NullMarked;
