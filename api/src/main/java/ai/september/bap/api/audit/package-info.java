/** The audit log over HTTP. */
@NullMarked
package ai.september.bap.api.audit;

import org.jspecify.annotations.NullMarked;
