/**
 * Keys: how they are made, recognised, compared and sealed. The only home of Bouncy Castle, used by its low-level
 * classes: no JCE provider is registered anywhere.
 */
@NullMarked
package ai.september.bap.registry.vault;

import org.jspecify.annotations.NullMarked;
