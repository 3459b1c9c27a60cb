/** What both backends share. */
@NullMarked
package ai.september.bap.activities.container;

import org.jspecify.annotations.NullMarked;
