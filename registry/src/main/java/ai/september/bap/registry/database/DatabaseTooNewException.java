package ai.september.bap.registry.database;

/** The database was migrated by a newer program than this one. */
public final class DatabaseTooNewException extends MigrationException {

    DatabaseTooNewException(String installed, String known) {
        super(
                "the database is at version " + installed + ", this program knows versions up to " + known
                        + "; run the newer release again, or restore a backup from before its migration",
                null);
    }
}
