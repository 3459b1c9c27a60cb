/** Requests, decisions and ends of operations, on a real PostgreSQL. */
@NullMarked
package ai.september.bap.registry.operation;

import org.jspecify.annotations.NullMarked;
