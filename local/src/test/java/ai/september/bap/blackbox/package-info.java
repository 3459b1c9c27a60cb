/** The whole orchestrator from outside: real HTTP, PostgreSQL, Temporal and engine processes. */
@NullMarked
package ai.september.bap.blackbox;

import org.jspecify.annotations.NullMarked;
