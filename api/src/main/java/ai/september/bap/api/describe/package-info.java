/** What resources say of themselves for the description of the HTTP interface, where their signatures do not. */
@NullMarked
package ai.september.bap.api.describe;

import org.jspecify.annotations.NullMarked;
