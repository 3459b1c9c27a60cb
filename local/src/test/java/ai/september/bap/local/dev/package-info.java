@NullMarked
package ai.september.bap.local.dev;

import org.jspecify.annotations.NullMarked;
