/** The registry as tests of other modules want it: real, and with short names for what they ask of it. */
@NullMarked
package ai.september.bap.testing.registry;

import org.jspecify.annotations.NullMarked;
