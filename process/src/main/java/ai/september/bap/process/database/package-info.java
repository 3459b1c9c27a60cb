/** The pool of PostgreSQL connections. What is said over them lives in registry. */
@NullMarked
package ai.september.bap.process.database;

import org.jspecify.annotations.NullMarked;
