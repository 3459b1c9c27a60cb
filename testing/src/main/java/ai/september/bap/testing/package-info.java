/** Extensions and fixtures for the tests of every module. Knows none of our modules, so that all may use it. */
@NullMarked
package ai.september.bap.testing;

import org.jspecify.annotations.NullMarked;
