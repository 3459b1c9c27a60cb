@NullMarked
package ai.september.bap.local.postgres;

import org.jspecify.annotations.NullMarked;
