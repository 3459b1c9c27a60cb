/** Products, their quota and their figures, on a real PostgreSQL. */
@NullMarked
package ai.september.bap.registry.product;

import org.jspecify.annotations.NullMarked;
