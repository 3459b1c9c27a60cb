/** The port to a model's provider, the offline echo, and the loader of the SDK adapters. */
@NullMarked
package ai.september.engine.provider;

import org.jspecify.annotations.NullMarked;
