/** How engines are, as far as that is worth a row: what is not well, who watches, what is held back. */
@NullMarked
package ai.september.bap.registry.health;

import org.jspecify.annotations.NullMarked;
