/** What whoever watches over the engines of a host writes down, one watcher at a time. */
@NullMarked
package ai.september.bap.registry.watch;

import org.jspecify.annotations.NullMarked;
