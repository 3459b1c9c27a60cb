/** Benchmarks: ours and the bare operation by turns, in one run, as a ratio. Uses what {@code ./bap dev} is made of. */
@NullMarked
package ai.september.bap.bench;

import org.jspecify.annotations.NullMarked;
