/** The rotation of the master key, as a task of its own. What is done to the keys lives in registry. */
@NullMarked
package ai.september.bap.process.keys;

import org.jspecify.annotations.NullMarked;
