/** Who may be put to sleep, and who sleeps: what the rows say of idleness. May use ids and the policy. */
@NullMarked
package ai.september.bap.registry.sleep;

import org.jspecify.annotations.NullMarked;
