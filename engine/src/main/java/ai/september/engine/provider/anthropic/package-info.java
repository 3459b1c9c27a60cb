/** The adapter of the Anthropic SDK. Packaged and loaded apart: nothing here may be named elsewhere. */
@NullMarked
package ai.september.engine.provider.anthropic;

import org.jspecify.annotations.NullMarked;
