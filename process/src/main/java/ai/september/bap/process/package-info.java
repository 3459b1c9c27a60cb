/** What the API and the worker have in common as processes. Each feature is a sub-package; a process is started here. */
@NullMarked
package ai.september.bap.process;

import org.jspecify.annotations.NullMarked;
