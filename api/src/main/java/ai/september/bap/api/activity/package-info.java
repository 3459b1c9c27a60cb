/** Remembers what requests used until it is written down, so that no request has to write. */
@NullMarked
package ai.september.bap.api.activity;

import org.jspecify.annotations.NullMarked;
