/** Products (tenants), their policy and their platform keys. */
@NullMarked
package ai.september.bap.registry.product;

import org.jspecify.annotations.NullMarked;
