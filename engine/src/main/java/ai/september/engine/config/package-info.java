/** What the environment says, checked once at boot. Uses nothing of the others but error. */
@NullMarked
package ai.september.engine.config;

import org.jspecify.annotations.NullMarked;
