/** The Temporal that ./bap dev runs on: given, a dev server as child process, or inside this JVM. */
@NullMarked
package ai.september.bap.local.temporal;

import org.jspecify.annotations.NullMarked;
