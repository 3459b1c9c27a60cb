/** The one vocabulary of errors: codes with their HTTP status, and the exception that carries them. */
@NullMarked
package ai.september.engine.error;

import org.jspecify.annotations.NullMarked;
