/** The adapter of the OpenAI SDK. Packaged and loaded apart: nothing here may be named elsewhere. */
@NullMarked
package ai.september.engine.provider.openai;

import org.jspecify.annotations.NullMarked;
