/** When engines and platform keys were last used, on a real PostgreSQL. */
@NullMarked
package ai.september.bap.registry.activity;

import org.jspecify.annotations.NullMarked;
