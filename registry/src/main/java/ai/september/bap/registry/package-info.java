/** The truth about products, engines, operations and audit. Uses PostgreSQL by JDBI and nothing above it. */
@NullMarked
package ai.september.bap.registry;

import org.jspecify.annotations.NullMarked;
