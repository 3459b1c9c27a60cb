/** What an API and a worker say to each other about the output of an engine, which no database and no workflow may hold. */
@NullMarked
package ai.september.bap.process.logs;

import org.jspecify.annotations.NullMarked;
