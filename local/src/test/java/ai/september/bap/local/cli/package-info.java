@NullMarked
package ai.september.bap.local.cli;

import org.jspecify.annotations.NullMarked;
