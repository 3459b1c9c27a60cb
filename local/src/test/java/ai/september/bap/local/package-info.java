@NullMarked
package ai.september.bap.local;

import org.jspecify.annotations.NullMarked;
