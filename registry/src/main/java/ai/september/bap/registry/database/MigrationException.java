package ai.september.bap.registry.database;

import org.jspecify.annotations.Nullable;

/** The database could not be brought to this program's state; the message says why and what to do. */
public class MigrationException extends RuntimeException {

    MigrationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
