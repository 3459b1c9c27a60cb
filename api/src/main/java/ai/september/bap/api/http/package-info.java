/** How HTTP is spoken here: the error envelope, strict JSON, odd paths, keys, waiting answers. No feature lives here. */
@NullMarked
package ai.september.bap.api.http;

import org.jspecify.annotations.NullMarked;
