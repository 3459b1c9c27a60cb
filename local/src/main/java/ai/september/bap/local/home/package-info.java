/** The state folder: who may hold it, which layout it has, and the secrets generated in it. */
@NullMarked
package ai.september.bap.local.home;

import org.jspecify.annotations.NullMarked;
