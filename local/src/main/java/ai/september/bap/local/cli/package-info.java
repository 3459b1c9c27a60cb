/** The command line: ./bap and its commands. Home of picocli. */
@NullMarked
package ai.september.bap.local.cli;

import org.jspecify.annotations.NullMarked;
