/** The packaged program as an operator runs it: {@code db migrate}, {@code api} and {@code worker} as processes of their own. */
@NullMarked
package ai.september.bap.local.processes;

import org.jspecify.annotations.NullMarked;
