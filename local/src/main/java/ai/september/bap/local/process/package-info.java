/** Child processes and ports of this machine: sessions, ends, restarts, who listens where. Uses the JDK and /proc only. */
@NullMarked
package ai.september.bap.local.process;

import org.jspecify.annotations.NullMarked;
