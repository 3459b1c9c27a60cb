@NullMarked
package ai.september.bap.testing;

import org.jspecify.annotations.NullMarked;
