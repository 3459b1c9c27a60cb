/**
 * The container backend for one person's machine: each engine is a local process in a session of its own. What is known
 * about a process is on disk, so that an orchestrator that was killed finds its engines again. Uses the JDK, {@code sh}
 * and {@code setsid}; nothing above the port in {@code activities.container}.
 */
@NullMarked
package ai.september.bap.activities.subprocess;

import org.jspecify.annotations.NullMarked;
