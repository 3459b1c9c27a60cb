/** Products over HTTP, and whose key a request carries. */
@NullMarked
package ai.september.bap.api.product;

import org.jspecify.annotations.NullMarked;
