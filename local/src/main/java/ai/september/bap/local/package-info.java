/** What ends ./bap: exit codes and the one exception that carries them. Uses nothing of ours. */
@NullMarked
package ai.september.bap.local;

import org.jspecify.annotations.NullMarked;
