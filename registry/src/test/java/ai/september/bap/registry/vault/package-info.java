@NullMarked
package ai.september.bap.registry.vault;

import org.jspecify.annotations.NullMarked;
