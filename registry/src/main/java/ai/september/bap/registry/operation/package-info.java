/** Lifecycle operations: which verb is legal when, how one is begun, fenced, journalled and ended. */
@NullMarked
package ai.september.bap.registry.operation;

import org.jspecify.annotations.NullMarked;
