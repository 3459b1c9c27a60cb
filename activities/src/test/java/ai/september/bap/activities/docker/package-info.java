@NullMarked
package ai.september.bap.activities.docker;

import org.jspecify.annotations.NullMarked;
