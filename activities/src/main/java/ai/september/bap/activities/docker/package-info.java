/**
 * Engines as containers of a Docker daemon, and all that is said to that daemon: the one home of docker-java. Uses the
 * registry for ids only.
 */
@NullMarked
package ai.september.bap.activities.docker;

import org.jspecify.annotations.NullMarked;
