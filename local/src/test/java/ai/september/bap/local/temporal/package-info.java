@NullMarked
package ai.september.bap.local.temporal;

import org.jspecify.annotations.NullMarked;
