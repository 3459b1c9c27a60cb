/** The one vocabulary of errors: codes, their HTTP status, and the exception that carries them. */
@NullMarked
package ai.september.bap.registry.error;

import org.jspecify.annotations.NullMarked;
