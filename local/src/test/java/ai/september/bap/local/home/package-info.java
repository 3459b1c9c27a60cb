@NullMarked
package ai.september.bap.local.home;

import org.jspecify.annotations.NullMarked;
