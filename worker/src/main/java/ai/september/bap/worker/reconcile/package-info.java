/**
 * What rows and reality disagree about on one host: each kind of it is found by a class of its own, which changes nothing, and
 * put right, where it is ours to put right, by the same class under the engine's lock. The reconciler does both, the doctor
 * only looks.
 */
@NullMarked
package ai.september.bap.worker.reconcile;

import org.jspecify.annotations.NullMarked;
