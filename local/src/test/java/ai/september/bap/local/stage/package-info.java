@NullMarked
package ai.september.bap.local.stage;

import org.jspecify.annotations.NullMarked;
