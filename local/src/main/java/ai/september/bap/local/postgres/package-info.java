/** The embedded PostgreSQL: binaries, cluster, postmaster, stage. Home of commons-compress. */
@NullMarked
package ai.september.bap.local.postgres;

import org.jspecify.annotations.NullMarked;
