/** Application and access log: text or JSON, never with a key or a raw URI. */
@NullMarked
package ai.september.bap.process.logging;

import org.jspecify.annotations.NullMarked;
