/** What engines print, over HTTP: read beside them, and passed on; nothing of it is kept. */
@NullMarked
package ai.september.bap.api.logs;

import org.jspecify.annotations.NullMarked;
