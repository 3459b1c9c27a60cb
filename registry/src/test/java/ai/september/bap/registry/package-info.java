/** A registry on a real PostgreSQL, for the tests of its packages. */
@NullMarked
package ai.september.bap.registry;

import org.jspecify.annotations.NullMarked;
