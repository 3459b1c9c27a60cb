/** When engines and platform keys were last used. */
@NullMarked
package ai.september.bap.registry.activity;

import org.jspecify.annotations.NullMarked;
