package ai.september.bap.activities.container;

import static java.util.Objects.requireNonNull;

/**
 * What was done to a brain, for the record.
 *
 * @param imageId the image whose schema the brain has now
 */
public record BrainMigration(Outcome outcome, String imageId) {

    public BrainMigration {
        requireNonNull(outcome, "outcome");
        requireNonNull(imageId, "imageId");
    }

    /** How the brain got its schema. */
    public enum Outcome {
        /** The image's migrate command ran on it. */
        MIGRATED,
        /** It was new and is a copy of a brain that the same image migrated before. */
        COPIED,
        /** On record as migrated by this very image: nothing to do. */
        SKIPPED,
        /** The image migrates at boot; it has no migrate command. */
        AT_BOOT
    }
}
