/** The SQLite brain: opening it, its migrations, the turns in it. The only user of SQL. */
@NullMarked
package ai.september.engine.brain;

import org.jspecify.annotations.NullMarked;
