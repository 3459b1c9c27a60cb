/** The HTTP interface of bap-engine. Packages by feature; what all of them share is in {@code http}. */
@NullMarked
package ai.september.bap.api;

import org.jspecify.annotations.NullMarked;
