package ai.september.engine.brain;

/** The brain and this program do not fit; the message says {@code MIGRATION_REQUIRED} and the remedy. */
public final class BrainVersionException extends Exception {

    private BrainVersionException(String remedy) {
        super("MIGRATION_REQUIRED: " + remedy);
    }

    static BrainVersionException missing() {
        return new BrainVersionException("there is no brain at SQLITE_DB_PATH; run migrate first");
    }

    static BrainVersionException older(int version) {
        return new BrainVersionException("the brain has version " + version + ", this engine needs version "
                + Migrations.CURRENT + "; run migrate first");
    }

    static BrainVersionException newer(int version) {
        return new BrainVersionException("the brain has version " + version + ", newer than this engine's "
                + Migrations.CURRENT + "; run an engine of the version that last migrated it, or newer");
    }
}
