/** Whole operations in every order that a seed makes of their steps; each file but the test is part of its stage. */
@NullMarked
package ai.september.bap.worker.interleaving;

import org.jspecify.annotations.NullMarked;
