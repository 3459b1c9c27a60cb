@NullMarked
package ai.september.bap.local.process;

import org.jspecify.annotations.NullMarked;
