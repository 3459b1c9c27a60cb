package ai.september.bap.registry.database;

/** The database was migrated by a newer program, and this one may not work with it any more. */
public final class DatabaseTooNewException extends MigrationException {

    DatabaseTooNewException(String installed, String compatibleFrom, String known) {
        super(
                "the database is at version %s and works with programs that know version %s, this program knows versions up"
                                .formatted(installed, compatibleFrom)
                        + " to " + known
                        + "; run the newer release again, or restore a backup from before its migration",
                null);
    }
}
