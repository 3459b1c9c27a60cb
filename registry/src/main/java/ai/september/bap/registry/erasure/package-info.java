/** Taking users' names out of what outlives their engines, in batches. */
@NullMarked
package ai.september.bap.registry.erasure;

import org.jspecify.annotations.NullMarked;
