/** The operator's view over all products, and what the operator does there; by the admin key. */
@NullMarked
package ai.september.bap.api.admin;

import org.jspecify.annotations.NullMarked;
