/**
 * The way to PostgreSQL: its address, its migrations, and a {@code Jdbi} that speaks our value types. Knows no table.
 */
@NullMarked
package ai.september.bap.registry.database;

import org.jspecify.annotations.NullMarked;
