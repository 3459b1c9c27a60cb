/** What API and worker say to each other. */
@NullMarked
package ai.september.bap.process.logs;

import org.jspecify.annotations.NullMarked;
